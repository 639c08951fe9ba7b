/** What a dispatch does on each node: exactly one of these per request. */
import * as z from 'zod';
import { AutomationAction } from './actions/automation.ts';
import { CommandAction } from './actions/command.ts';
import { CopyAction } from './actions/copy.ts';
import { DocumentAction } from './actions/document.ts';
import { FetchAction } from './actions/fetch.ts';
import { ScriptAction } from './actions/script.ts';
import { wrong } from './problems.ts';

export const Action = z.discriminatedUnion(
  'type',
  [CommandAction, ScriptAction, CopyAction, FetchAction, DocumentAction, AutomationAction],
  {
    error: wrong(
      'expected an action',
      'Give {"type": "command", "linux": ["uptime"]}, or one of type "script", "copy", "fetch", "document" or "automation"',
    ),
  },
);
export type Action = z.output<typeof Action>;
export type ActionInput = z.input<typeof Action>;
