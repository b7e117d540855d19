import { start } from '../chunks/index.js'
await start.clean()
