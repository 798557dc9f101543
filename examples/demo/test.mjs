// Just works.
import { say, work } from './script.mjs'

await work('unit tests … 128 passed', 'integration tests … 31 passed', 'end-to-end tests … 9 passed')
say('COMPLETE: all 168 tests passed')
