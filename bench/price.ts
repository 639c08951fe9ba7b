/** How many state transitions, and what does a dispatch cost? */
import { callsOf, counted, nameOf, nodesOf, SIZES } from './support/fleet.ts';
import { alone, type Answer, count, dollars } from './support/table.ts';

/** us-east-1, as the price pages have it: Step Functions Standard, Lambda arm64, S3 requests. */
const TRANSITION = 0.025 / 1_000;
const INVOCATION = 0.2 / 1_000_000;
const GB_SECOND = 0.000_013_333_4;
const S3_PUT = 0.005 / 1_000;
const S3_GET = 0.0004 / 1_000;
/** What a call to AWS takes a function, and what it takes beside them. */
const CALL_SECONDS = 0.05;
const START_SECONDS = 0.2;
const MEMORY_GB = 0.25;
/** Of the calls of a function, those that wait at the same time: other accounts, other objects. */
const AT_ONCE = 10;

export async function price(sizes = SIZES): Promise<Answer> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) {
    const figures = await counted(size);
    const { transitions, invocations } = figures;
    const waited = ['ssm', 'sts', 's3'].reduce(
      (sum, service) => sum + callsOf(figures, service),
      0,
    );
    const seconds = invocations * START_SECONDS + (waited / AT_ONCE) * CALL_SECONDS;
    const lambda = invocations * INVOCATION + seconds * MEMORY_GB * GB_SECOND;
    const puts = (figures.calls['s3:PutObject'] ?? 0) + (figures.calls['s3:UploadPart'] ?? 0);
    const gets = callsOf(figures, 's3') - puts;
    const s3 = puts * S3_PUT + gets * S3_GET;
    const states = transitions * TRANSITION;
    rows.push([
      nameOf(size),
      count(nodesOf(size)),
      count(transitions),
      count(invocations),
      dollars(states),
      dollars(lambda),
      dollars(s3),
      dollars(states + lambda + s3),
    ]);
  }
  return {
    title: 'State transitions and price of a dispatch of 5 minutes',
    head: [
      'accounts × Regions × nodes',
      'nodes',
      'state transitions',
      'Lambda invocations',
      'Step Functions',
      'Lambda',
      'S3',
      'together',
    ],
    rows,
    notes: [
      'Goal for 400,000 nodes: at most 15,000 transitions and $0.60.',
      `Step Functions $0.025 per 1,000 transitions (4,000 a month are free, not counted here); Lambda arm64 $0.20 per million invocations and $0.0000133334 per GB-second at ${MEMORY_GB * 1024} MB, reckoned with ${CALL_SECONDS * 1000} ms for a call to AWS, ${AT_ONCE} at once, and ${START_SECONDS * 1000} ms beside them; S3 $0.005 per 1,000 writes and $0.0004 per 1,000 reads. Run Command costs nothing on EC2, $0.002 an invocation on hybrid nodes.`,
    ],
  };
}

await alone(import.meta, price);
