/** Sends so many bytes to each client that connects by TLS; prints its port. A separate process, as servers are. */
import { createServer } from 'node:tls'
import { pskServer } from '../../__tests__/support/egress/psk.ts'

const chunk = Buffer.alloc(256 * 1024)
const bytes = Number(process.argv[2])

const server = createServer(pskServer, (socket) => {
  let left = bytes
  const more = () => {
    while (left > 0) {
      left -= chunk.length
      if (!socket.write(chunk)) return
    }
    socket.end()
  }
  socket.on('error', () => undefined).on('drain', more)
  socket.resume()
  more()
})
server.listen(0, '0.0.0.0', () => {
  const address = server.address()
  console.log(typeof address === 'object' ? address?.port : '')
})
