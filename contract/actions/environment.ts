import { z } from 'zod';
import { wrong } from '../problems.ts';
import { Datum } from './text.ts';

/** The shell that starts the script sets these itself, so a value would not arrive. */
const SHELLS_OWN =
  /^(_|PWD|OLDPWD|PPID|UID|EUID|GROUPS|SHLVL|SHELLOPTS|OPTIND|OPTARG|LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|HISTCMD|DIRSTACK|FUNCNAME|PIPESTATUS|BASH.*|fleetwide_.*|FLEETWIDE_.*)$/;

/** Name of a variable that scripts can be given. */
export const Variable = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    wrong('is no name of a variable', 'Use letters, digits and _, no digit in front'),
  )
  .refine(
    (name) => !SHELLS_OWN.test(name),
    wrong('is a variable that shells set themselves', 'Use another name'),
  );

export const Environment = z.record(Variable, Datum).default({});
