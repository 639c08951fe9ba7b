import { attributeOf, callOf, SUBSTITUTE } from './intrinsics.ts';
import { Problem } from './problems.ts';
import type { Resource } from './template.ts';

/** Logical ids, each after those that it refers to or depends on. */
export function creationOrder(resources: Readonly<Record<string, Resource>>): readonly string[] {
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    if (trail.includes(id)) throw new Problem(`Circular: ${[...trail, id].join(' → ')}`);
    const resource = resources[id];
    if (done.has(id) || !resource) return;
    for (const next of [...resource.DependsOn, ...mentioned(resource.Properties)])
      visit(next, [...trail, id]);
    done.add(id);
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return [...done];
}

/** Every name that a value refers to; those of parameters are among them. */
function mentioned(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(mentioned);
  if (typeof value !== 'object' || value === null) return [];
  const call = callOf(value);
  if (call?.[0] === 'Ref') return [String(call[1])];
  if (call?.[0] === 'Fn::GetAtt') return [attributeOf(call[1])[0]];
  const below = Object.values(value).flatMap(mentioned);
  if (call?.[0] !== 'Fn::Sub') return below;
  const template: unknown = Array.isArray(call[1]) ? call[1][0] : call[1];
  const names = String(template).matchAll(SUBSTITUTE);
  return [...below, ...[...names].map(([, , name = '']) => name.split('.')[0] ?? '')];
}
