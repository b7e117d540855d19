import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { remoteFile } from '../../../src/report/artifacts/remote-file.ts'

it('RUN-8 gives up a storage that goes silent in the middle of an answer', async () => {
  const server = createServer((_, response) => {
    response.writeHead(206).write('some of it')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = z.object({ port: z.number() }).parse(server.address())
  const file = remoteFile(`http://127.0.0.1:${port}/`, 1000, 200)
  await expect(file.read(0, 1000)).rejects.toThrow(/did not answer within/)
})
