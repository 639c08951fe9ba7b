/**
 * The fleet process: all scripts of all real nodes are children of this one. It is kept small because a
 * child is a plain fork: 5 ms from here, 55 ms from a process of 670 MB.
 */
import { type FromProcess, isToProcess, type ScriptRequest } from './messages.ts';
import { killAll, type Script, startScript } from './script.ts';

const scripts = new Map<number, Script>();

function run(number: number, request: ScriptRequest): void {
  const answer = (ended: FromProcess['ended']) => {
    scripts.delete(number);
    process.send?.({ run: number, ended } satisfies FromProcess);
  };
  let over = false;
  const script = startScript(request, (ended) => {
    over = true;
    answer(ended);
  });
  if (!over) scripts.set(number, script);
}

process.on('message', (message) => {
  if (!isToProcess(message)) throw new Error('a message that is none of ToProcess');
  if (message.do === 'run') run(message.run, message.request);
  else scripts.get(message.run)?.kill('cancel');
});

// The parent closed the channel, or died: nothing may live on.
process.on('disconnect', () => {
  killAll();
  process.exit(0);
});
