/** The part of the service's client that is about projects. */
import type { ServiceClient } from './client.ts'
import { ProjectList, RestartedProjects, TaskAnswer, TidyAnswer, type TidyRequest } from './project-api.ts'

/** An agent may take its grace time to end; the longest that the client waits, in ms. */
const cancelPatienceMs = 900_000
/** Of 100,000 tasks on a slow disk. */
const tidyPatienceMs = 900_000

export class ProjectClient {
  readonly #service: ServiceClient

  constructor(service: ServiceClient) {
    this.#service = service
  }

  list(): Promise<ProjectList> {
    return this.#service.call('GET', '/projects', ProjectList)
  }

  cancel(project: string, task: string): Promise<TaskAnswer> {
    return this.#task(project, task, 'cancel', cancelPatienceMs)
  }

  retry(project: string, task: string): Promise<TaskAnswer> {
    return this.#task(project, task, 'retry')
  }

  runNow(project: string, task: string): Promise<TaskAnswer> {
    return this.#task(project, task, 'run-now')
  }

  /** @param project all of them when absent */
  restart(project?: string): Promise<RestartedProjects> {
    const path =
      project === undefined ? '/projects/restart' : `/projects/${encodeURIComponent(project)}/restart`
    return this.#service.call('POST', path, RestartedProjects)
  }

  tidy(project: string, request: TidyRequest): Promise<TidyAnswer> {
    const path = `/projects/${encodeURIComponent(project)}/tidy`
    return this.#service.call('POST', path, TidyAnswer, request, tidyPatienceMs)
  }

  #task(project: string, task: string, what: string, patienceMs?: number): Promise<TaskAnswer> {
    const path = `/projects/${encodeURIComponent(project)}/tasks/${encodeURIComponent(task)}/${what}`
    return this.#service.call('POST', path, TaskAnswer, undefined, patienceMs)
  }
}
