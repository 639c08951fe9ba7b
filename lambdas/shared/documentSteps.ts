/** Which steps of a document tell about what was asked for. */
import { REMOTE_SCRIPT_DOCUMENT } from '../../contract/documents.ts';
import type { Invocation } from './runCommand.ts';

export type Step = Invocation['CommandPlugins'][number];

/**
 * A step for another platform, or behind one that ended the document, is shown as a success that says this
 * (amazon-ssm-agent runpluginutil).
 */
const SKIPPED = /^(Step execution skipped due to|Plugin with name .* skipped due to prior step)/;

const wasSkipped = ({ Output = '' }: Step): boolean => SKIPPED.test(Output);

/** The steps that ran; a download that went well has nothing to say beside the script it was for. */
export function stepsThatRan(plugins: readonly Step[], document: string): readonly Step[] {
  const ran = plugins.filter((step) => !wasSkipped(step));
  if (document !== REMOTE_SCRIPT_DOCUMENT) return ran;
  const script = ran.filter((step) => step.Name !== 'downloadContent' || step.ResponseCode !== 0);
  return script.length > 0 ? script : ran;
}

/** The exit code of a document: of the first step that failed, else of the last. */
export const decisive = (steps: readonly Step[]): Step | undefined =>
  steps.find((step) => step.ResponseCode !== undefined && step.ResponseCode !== 0) ?? steps.at(-1);

/** A document of which no step is for the node's platform: Systems Manager calls it a success. */
export const nothingRan = (plugins: readonly Step[]): boolean =>
  plugins.length > 0 && plugins.every(wasSkipped);
