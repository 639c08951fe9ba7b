/**
 * The sandbox's `Date` stands where the world's clock stood when the invocation came, plus the real time
 * that has passed since: signatures, timestamps and deadlines made by the function fit the world's time.
 */
let time = { world: 0, real: 0 };

export const setTime = (world: number): void => {
  time = { world, real: performance.now() };
};

const now = (): number => Math.round(time.world + performance.now() - time.real);

const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) => {
    const made: object = Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget);
    return made;
  },
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => {
    const value: unknown = key === 'now' ? now : Reflect.get(target, key);
    return value;
  },
});
