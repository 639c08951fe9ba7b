import type { World } from './world.ts';

/** Says something so many hours after now, while virtual time stands still. */
export async function inHours(
  { aws: { clock } }: World,
  hours: number,
  say: () => Promise<unknown>,
): Promise<void> {
  const release = await new Promise<() => void>((due) => {
    clock.after(hours * 3_600_000, () => due(clock.hold()));
  });
  await say().finally(release);
}
