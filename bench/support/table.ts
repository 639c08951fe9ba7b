/** What a question answers: a table, and what has to be said about it. */
export interface Answer {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly notes: readonly string[];
}

const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

export function markdown({ title, head, rows, notes }: Answer): string {
  return [
    `## ${title}`,
    '',
    line(head),
    line(head.map((_, i) => (i === 0 ? '---' : '--:'))),
    ...rows.map(line),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

export const count = (n: number): string => Math.round(n).toLocaleString('en');
export const per = (n: number, digits = 3): string => n.toFixed(digits);
export const dollars = (n: number): string => `$${n.toFixed(n < 1 ? 3 : 2)}`;

/** Prints the answer of a file that was started by itself. */
export const alone = async (meta: ImportMeta, answer: () => Promise<Answer>): Promise<void> => {
  if (process.argv[1] === meta.filename) console.log(markdown(await answer()));
};
