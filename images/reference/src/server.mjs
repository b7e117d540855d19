import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

/** Says that it is well at /health, and greets anywhere else. */
export const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain')
  response.end(request.url === '/health' ? 'well\n' : 'hello\n')
})

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  server.listen(Number(process.env.PORT ?? 8080))
  // Without a handler the first process of a container does not hear it.
  process.on('SIGTERM', () => {
    server.closeAllConnections()
    server.close(() => process.exit())
  })
}
