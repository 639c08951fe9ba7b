import type { World } from './world.ts';

/** Says something so many hours after now, while virtual time stands still. */
export function inHours(world: World, hours: number, say: () => Promise<unknown>): Promise<void> {
  return new Promise((done, failed) => {
    world.aws.clock.after(hours * 3_600_000, () => {
      const release = world.aws.clock.hold();
      say()
        .finally(release)
        .then(() => done(), failed);
    });
  });
}
