import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { readJsonObject } from '../../http/json-body.ts'
import type { AnalyticsState } from '../analytics.ts'
import { envelope, queryJson } from '../analytics-json.ts'
import { readQuery } from '../report-query.ts'
import { insightsPage, queriesPage } from '../source.ts'
import { member } from './member.ts'

const path = '/insights/v1/cmp/ScheduledQueries'

const createAnswers = {
  created: documented(200, 'the query can be read', insightsPage),
  badQuery: documented(
    400,
    '`Name` or `Query` is missing, or the query names no known dataset and columns; what follows the dataset is not evaluated here',
    insightsPage,
  ),
}

/** Saves a query. */
export const createQuery: Operation<AnalyticsState> = {
  method: 'POST',
  path,
  answers: createAnswers,
  answer({ body, state, clientId, now }) {
    const sent = readJsonObject(body) ?? {}
    const name = member(sent, 'Name')
    const query = member(sent, 'Query')
    if (typeof name !== 'string' || name === '' || typeof query !== 'string') {
      return envelope(createAnswers.badQuery, [], 'A query needs a Name and a Query.')
    }
    try {
      readQuery(query)
    } catch (error) {
      return envelope(createAnswers.badQuery, [], error instanceof Error ? error.message : null)
    }
    const description = member(sent, 'Description')
    const saved = state.addQuery({
      name,
      description: typeof description === 'string' ? description : '',
      query,
      createdAt: now,
    })
    return envelope(
      createAnswers.created,
      [queryJson(saved, clientId)],
      'Query created successfully',
    )
  },
}

const listAnswers = {
  listed: documented(
    200,
    'asked, or for one by `queryId`; system queries are not emulated',
    queriesPage,
  ),
  missing: documented(404, 'there is no query with this id', queriesPage),
}

/** Lists the queries of the account. */
export const listQueries: Operation<AnalyticsState> = {
  method: 'GET',
  path,
  answers: listAnswers,
  answer(call) {
    const wanted = parameter(call.query, 'queryId')?.toLowerCase()
    const shown = call.state.queries.filter(({ id }) => wanted === undefined || id === wanted)
    if (wanted !== undefined && shown.length === 0) {
      return envelope(listAnswers.missing, [], `There is no query ${wanted}.`)
    }
    const json = shown.map(query => queryJson(query, call.clientId))
    return envelope(listAnswers.listed, json, 'Queries fetched successfully')
  },
}

const deleteAnswers = {
  deleted: documented(200, 'the query is there: it is shown a last time', queriesPage),
  missing: documented(404, 'there is no query to delete', queriesPage),
}

/** Deletes a query; reports that were made from it stay. */
export const deleteQuery: Operation<AnalyticsState> = {
  method: 'DELETE',
  path: `${path}/:queryId`,
  answers: deleteAnswers,
  answer({ params, state, clientId }) {
    const removed = state.removeQuery(params['queryId'] ?? '')
    if (!removed) return envelope(deleteAnswers.missing, [], 'There is no such query.')
    return envelope(
      deleteAnswers.deleted,
      [queryJson(removed, clientId)],
      'Query deleted successfully',
    )
  },
}
