// A server that answers every request with a short JSON body. It prints its origin and ends with its parent.
import { createServer } from 'node:http'

const body = JSON.stringify([
  { id: 'microsoft-azure-virtualmachines', displayName: 'Virtual machines' },
])
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.setHeader('content-length', Buffer.byteLength(body))
    response.end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address?.port}\n`)
})
process.stdin.on('end', () => process.exit()).resume()
