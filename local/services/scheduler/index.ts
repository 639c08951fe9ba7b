/** EventBridge Scheduler: schedules that start state machines. */
import type { Service } from '../../core/operation.ts';
import { type Delivered, type EngineDeps, SchedulerEngine } from './engine.ts';
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  getScheduleGroup,
  type Group,
  listSchedules,
  type SchedulerDeps,
  updateSchedule,
} from './operations.ts';
import type { Schedule } from './schedule.ts';

const operationsOf = (deps: SchedulerDeps) => ({
  CreateSchedule: createSchedule(deps),
  DeleteSchedule: deleteSchedule(deps),
  GetSchedule: getSchedule(deps),
  GetScheduleGroup: getScheduleGroup(deps),
  ListSchedules: listSchedules(deps),
  UpdateSchedule: updateSchedule(deps),
});

export interface Scheduler extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
  putGroup(group: Group): void;
  /** As a template declares it. */
  putSchedule(schedule: Schedule): void;
  /** What became of each delivery so far. */
  delivered(): readonly Delivered[];
  close(): void;
}

export function createScheduler(
  deps: EngineDeps & Pick<SchedulerDeps, 'authorize' | 'clock'>,
): Scheduler {
  const engine = new SchedulerEngine(deps);
  const groups = new Map<string, Group>();
  return {
    id: 'scheduler',
    operations: operationsOf({ ...deps, engine, groups }),
    putGroup: (group) => void groups.set(group.arn, group),
    putSchedule: (schedule) => engine.put(schedule),
    delivered: () => engine.delivered,
    close: () => engine.close(),
  };
}
