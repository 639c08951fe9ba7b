/**
 * What Systems Manager keeps of a step's output: its list gives both streams merged, up to 2,500 characters; a node
 * whose text was cut there is asked for by itself (24,000 + 8,000).
 */
import type { Reason } from '../../contract/stored.ts';
import type { Step } from './documentSteps.ts';
import type { Output as Answer } from './runCommand.ts';

/** What the agent puts between stdout and stderr (amazon-ssm-agent iohandler). */
const ERROR_TITLE = '\n----------ERROR-------\n';
/** Marks of a merged output that was cut, and of a stream that was (amazon-ssm-agent). */
const CUT = ['---Output truncated---', '---Error truncated----'];
const STREAM_CUT = '--output truncated--';
/** GetCommandInvocation's own bounds (aws-sdk model). */
const MOST = { stdout: 24_000, stderr: 8_000 };

export type Name = 'stdout' | 'stderr';
export const NAMES = ['stdout', 'stderr'] as const;

/** A stream of a step, or what is known of it. */
export interface Text {
  readonly text: string;
  readonly truncated: boolean;
  /** Where it came from; what came by itself may be long and is kept as an object. */
  readonly source: 'invocations' | 'invocation';
}

export interface Told {
  readonly step: Step;
  /** The streams as the list has them, where it has them whole. */
  readonly listed?: Readonly<Record<Name, string>>;
  /** The streams as they are kept; one call at most, and none where the list has them. */
  readonly texts: () => Promise<Readonly<Record<Name, Text>> & { readonly reason?: Reason }>;
}

/** @param refused what to say of a call that failed: the outcome stands, and the text is what the list gave */
export function toldOf(
  step: Step,
  ask: () => Promise<Answer>,
  refused: (error: unknown) => Reason,
): Told {
  const merged = step.Output ?? '';
  const listed = isUnclear(merged) ? undefined : split(merged);
  let answer: ReturnType<Told['texts']> | undefined;
  const texts = async (): ReturnType<Told['texts']> => {
    if (listed) return { stdout: inList(listed.stdout), stderr: inList(listed.stderr) };
    try {
      const { StandardOutputContent, StandardErrorContent } = await ask();
      return {
        stdout: asked('stdout', StandardOutputContent),
        stderr: asked('stderr', StandardErrorContent),
      };
    } catch (error) {
      return { stdout: inList(merged, true), stderr: inList('', true), reason: refused(error) };
    }
  };
  return { step, ...(listed && { listed }), texts: () => (answer ??= texts()) };
}

function split(merged: string): Record<Name, string> {
  const [stdout = '', stderr = ''] = merged.split(ERROR_TITLE);
  return { stdout, stderr };
}

/** Cut, or with the separator more than once, so that it is open which one is the agent's. */
const isUnclear = (merged: string): boolean =>
  CUT.some((mark) => merged.includes(mark)) || merged.split(ERROR_TITLE).length > 2;

const inList = (text: string, truncated = false): Text => ({
  text,
  truncated,
  source: 'invocations',
});

const asked = (name: Name, text: string): Text => ({
  text,
  truncated: text.endsWith(STREAM_CUT) || text.length >= MOST[name],
  source: 'invocation',
});
