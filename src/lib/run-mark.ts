/** Variables by which the processes of a task's run are found again, wherever they went. */

/** Id of the run. Every process of a run inherits it. */
export const runMark = 'ITERM_ORCH_RUN'
/** Name of the step. */
export const stepMark = 'ITERM_ORCH_STEP'

/** For what a step may start, but what is not of its run: the service, the terminal host, another run. */
export const noRun: Readonly<Record<string, string>> = { [runMark]: 'none', [stepMark]: '' }
