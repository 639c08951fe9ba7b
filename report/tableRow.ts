/** Rows as people have them: in report.csv and report.jsonl, which `fleetwide results` gives out, and in report.json. */
import type { Row } from '../contract/stored.ts';

/** Waves are counted from 1, as everywhere that people are told of them; 0 for a node that no wave held. */
export const tableRow = (row: Row): Row => ({ ...row, wave: row.wave + 1 });
