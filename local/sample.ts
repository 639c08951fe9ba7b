/** A small fleet to try things on: three spokes that work, one that was never onboarded, twelve servers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../contract/config.ts';
import { NODE_ROLE, SPOKE_PATH } from '../contract/names.ts';
import type { EmbeddedAws } from './aws.ts';

export const SPOKES = ['222233334444', '333344445555', '444455556666'] as const;
/** Nobody deployed the SpokeAccount stack there. */
export const STRANGER = '555566667777';

/** File in the home of one node that the demo's command trips over. */
export const TROUBLE = 'disk-full';

export async function addSampleFleet(
  aws: Pick<EmbeddedAws, 'fleet' | 'iam'>,
  config: Config,
): Promise<number> {
  let nodes = 0;
  for (const [a, account] of SPOKES.entries())
    for (const [r, region] of config.regions.entries())
      for (const role of ['web', 'db']) {
        nodes++;
        const { id } = aws.fleet.addNode({
          id: `i-${account}${a}${r}${role === 'web' ? '0' : '1'}ab`,
          account,
          region,
          computerName: `${role}-${a + 1}${r === 0 ? 'a' : 'b'}`,
          tags: { Role: role, Name: `${role}-${a + 1}${r === 0 ? 'a' : 'b'}` },
          roleArn: `arn:aws:iam::${account}:role${SPOKE_PATH}${NODE_ROLE}`,
          ...(a === 1 && r === 1 && role === 'db' && { pingStatus: 'ConnectionLost' as const }),
        });
        if (a === 2 && r === 0 && role === 'web') await trouble(aws, id);
      }
  return nodes;
}

async function trouble({ fleet }: Pick<EmbeddedAws, 'fleet'>, id: string): Promise<void> {
  await mkdir(fleet.home(id), { recursive: true });
  await writeFile(join(fleet.home(id), TROUBLE), '');
}
