import { ReportInput } from '../../contract/steps.ts';
import { hub } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { report } from './report.ts';

const deps = hub();

export const baseHandler = step(ReportInput, (input) => report(deps, input));
export const handler = wrapped(baseHandler);
