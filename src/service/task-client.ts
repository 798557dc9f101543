/** The part of the service's client that is about tasks. */
import type { z } from 'zod'
import { RunInfo, TaskStatus } from '../tasks/schedule/task-status.ts'
import type { ServiceClient } from './client.ts'
import {
  ControlResponse,
  type EnableTasksRequest,
  History,
  type RestartTasksRequest,
  type RunQuery,
  type RunTasksRequest,
  RunTasksResponse,
  type StopTasksRequest,
  TaskList,
} from './task-api.ts'

/** A stop waits for the grace time of each task; the longest that the client waits, in ms. */
const stopPatienceMs = 900_000

export class TaskClient {
  readonly #service: ServiceClient

  constructor(service: ServiceClient) {
    this.#service = service
  }

  /** @param patterns all tasks when empty */
  list(patterns: readonly string[] = [], usage = false): Promise<TaskList> {
    return this.#service.call('GET', `/tasks?${searchOf(patterns, usage)}`, TaskList)
  }

  /** The status of each task now, and again whenever it has changed, until `signal` aborts. */
  watch(
    patterns: readonly string[],
    usage: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<TaskStatus, void, void> {
    return this.#service.stream(`/tasks/watch?${searchOf(patterns, usage)}`, TaskStatus, signal)
  }

  run(request: z.input<typeof RunTasksRequest>): Promise<RunTasksResponse> {
    return this.#service.call('POST', '/tasks/run', RunTasksResponse, request)
  }

  /** One run, as soon as it is over or has changed, at the latest after `waitMs`. */
  runOf(task: string, id: string, query: RunQuery = {}, signal?: AbortSignal): Promise<RunInfo> {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    )
    const path = `/tasks/${encodeURIComponent(task)}/runs/${encodeURIComponent(id)}?${search}`
    return this.#service.call('GET', path, RunInfo, undefined, undefined, signal)
  }

  history(task: string, limit: number): Promise<History> {
    return this.#service.call('GET', `/tasks/${encodeURIComponent(task)}/runs?limit=${limit}`, History)
  }

  stop(request: z.input<typeof StopTasksRequest>): Promise<ControlResponse> {
    return this.#service.call('POST', '/tasks/stop', ControlResponse, request, stopPatienceMs)
  }

  pause(tasks: string[]): Promise<ControlResponse> {
    return this.#service.call('POST', '/tasks/pause', ControlResponse, { tasks })
  }

  resume(tasks: string[]): Promise<ControlResponse> {
    return this.#service.call('POST', '/tasks/resume', ControlResponse, { tasks })
  }

  restart(request: z.input<typeof RestartTasksRequest>): Promise<ControlResponse> {
    return this.#service.call('POST', '/tasks/restart', ControlResponse, request, stopPatienceMs)
  }

  enable(request: z.input<typeof EnableTasksRequest>): Promise<ControlResponse> {
    return this.#service.call('POST', '/tasks/enable', ControlResponse, request)
  }

  disable(tasks: string[]): Promise<ControlResponse> {
    return this.#service.call('POST', '/tasks/disable', ControlResponse, { tasks })
  }
}

function searchOf(patterns: readonly string[], usage: boolean): URLSearchParams {
  return new URLSearchParams([
    ...patterns.map((pattern): [string, string] => ['task', pattern]),
    ['usage', String(usage)],
  ])
}
