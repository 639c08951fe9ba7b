/** The caller's name as a SourceIdentity. */
export const requesterOf = (caller: string): string =>
  caller.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
