/** What a dispatch does on each node: exactly one of these per request. */
import * as z from 'zod';
import * as automation from './actions/automation.ts';
import * as command from './actions/command.ts';
import * as copy from './actions/copy.ts';
import * as document from './actions/document.ts';
import { FetchAction } from './actions/fetch.ts';
import * as script from './actions/script.ts';
import type { Literal } from './actions/text.ts';
import { wrong } from './problems.ts';
import { SECRET_REMEDY, secretIn, secretNamed } from './secrets.ts';

const AnyAction = z.discriminatedUnion(
  'type',
  [
    command.CommandAction,
    script.ScriptAction,
    copy.CopyAction,
    FetchAction,
    document.DocumentAction,
    automation.AutomationAction,
  ],
  {
    error: wrong(
      'expected an action',
      'Give {"type": "command", "linux": ["uptime"]}, or one of type "script", "copy", "fetch", "document" or "automation"',
    ),
  },
);
export type Action = z.output<typeof AnyAction>;
export type ActionInput = z.input<typeof AnyAction>;

export const Action = AnyAction.superRefine((action, ctx) => {
  for (const [path, value, name] of literals(action)) {
    const secret = name === undefined ? secretIn(value) : secretNamed(name, value);
    // The value itself stays out of the message, which is logged and shown.
    if (secret)
      ctx.addIssue({
        code: 'custom',
        path: [...path],
        message: wrong(`looks like ${secret}`, SECRET_REMEDY),
      });
  }
});

function* literals(action: Action): Iterable<Literal> {
  if (action.type === 'command') yield* command.literals(action);
  if (action.type === 'script') yield* script.literals(action);
  if (action.type === 'copy') yield* copy.literals(action);
  if (action.type === 'document') yield* document.literals(action);
  if (action.type === 'automation') yield* automation.literals(action);
}
