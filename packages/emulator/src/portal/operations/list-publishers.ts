import { json, type Reply } from '../../http/reply.ts'
import type { PortalCall } from '../guarded.ts'

/** `GET /api/publishers`: the accounts that the app has a role in. Not in the reference. */
export function listPublishers({ portal, clientId }: PortalCall): Reply {
  const shown = portal.publishers.filter(publisher => publisher.admits(clientId))
  return json(
    200,
    shown.map(({ id, displayText, sellerId }) => ({
      id,
      version: 1,
      definition: { displayText, offerTypeCategories: ['azure'], sellerId },
    })),
  )
}
