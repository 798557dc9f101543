// Asks a question in the middle of its work.
import { ask, say, work } from './script.mjs'

await work('Building the image …', 'Built.', 'Found three configurations.')
const config = await ask('QUESTION: which config should I use: dev, staging or production?')
await work(`Rolling out with the config "${config}" …`, 'Two replicas are up.')
say(`COMPLETE: deployed with the config "${config}"`)
