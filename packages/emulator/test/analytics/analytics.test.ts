import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { analyticsApi } from '../../src/analytics/analytics-api.ts'
import { type Emulator, type Seed, startEmulator } from '../../src/index.ts'
import {
  type ApiAnswer,
  type ApiClient,
  apiClient,
  bearerClient,
  expectProperAnswers,
  stranger,
} from '../api-client.ts'
import { seenAnswers } from '../seen-answers.ts'

const audience = 'https://api.partnercenter.microsoft.com'
const base = '/insights/v1/cmp'
const id = '22222222-2222-4222-8222-222222222222'
const seed: Seed = {
  saas: {
    offers: [{ id: 'cloud', plans: [{ id: 'gold', dimensions: ['emails'] }] }],
    subscriptions: [{ id, status: 'Subscribed' }],
  },
  analytics: {
    reportDuration: 5_000,
    rows: { ISVUsage: [{ SKU: '=cmd', OfferName: 'a "quoted", one' }] },
  },
}

let emulator: Emulator
let send: ApiClient
const seen = seenAnswers(analyticsApi)
beforeEach(async () => {
  emulator = await startEmulator({ seed, clock: { now: () => Date.UTC(2026, 0, 10) } })
  send = await apiClient(emulator, audience)
})
afterEach(() => {
  seen.note(emulator)
  return emulator.close()
})
afterAll(() => expect(seen.missing()).toEqual([]))

const call = (method: string, path: string, body?: unknown) => send(method, `${base}/${path}`, body)
const first = ({ body }: ApiAnswer) => (body as { value: Record<string, unknown>[] }).value[0] ?? {}

async function savedQuery(Query = 'SELECT UsageDate, SKU FROM ISVUsage TIMESPAN LAST_MONTH') {
  const answer = await call('POST', 'ScheduledQueries', { Name: 'usage', Query })
  return String(first(answer)['queryId'])
}

describe('analytics', () => {
  it('goes from a query over a report to its file', async () => {
    const metering = await apiClient(emulator, '20e940b3-4c77-4b0b-9a53-9e16a1b010a7')
    await metering('POST', '/api/usageEvent?api-version=2018-08-31', {
      resourceId: id,
      quantity: 2.5,
      dimension: 'emails',
      effectiveStartTime: '2026-01-09T20:00:00Z',
      planId: 'gold',
    })
    const Query =
      "SELECT UsageDate, OfferName, SKU, NormalizedUsage FROM ISVUsage WHERE SKUBillingType = 'Paid' ORDER BY UsageDate DESC TIMESPAN LAST_MONTH"
    const query = await call('POST', 'ScheduledQueries', { Name: 'usage', Description: 'd', Query })
    expect(query).toMatchObject({
      status: 200,
      body: {
        value: [
          {
            name: 'usage',
            description: 'd',
            query: Query,
            type: 'userDefined',
            createdTime: '2026-01-10T00:00:00Z',
          },
        ],
        totalCount: 1,
        message: 'Query created successfully',
        statusCode: 200,
      },
    })
    const report = await call('POST', 'ScheduledReport', {
      ReportName: 'once',
      QueryId: first(query)['queryId'],
      ExecuteNow: true,
    })
    expect(first(report)).toMatchObject({ reportStatus: 'Active', format: 'csv', query: Query })
    const execution = `ScheduledReport/execution/${String(first(report)['reportId'])}`
    expect((await call('GET', execution)).status).toBe(404)
    const running = await call('GET', `${execution}?executionStatus=Pending;Running`)
    expect(first(running)).toMatchObject({
      executionStatus: 'Running',
      reportAccessSecureLink: null,
    })
    emulator.clock.advance(5_000)
    const done = first(await call('GET', execution))
    expect(done).toMatchObject({
      executionStatus: 'Completed',
      reportGeneratedTime: '2026-01-10T00:00:05Z',
    })
    const file = await fetch(String(done['reportAccessSecureLink']))
    expect([file.status, file.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8',
    ])
    expect(await file.text()).toBe(
      [
        'UsageDate,OfferName,SKU,NormalizedUsage',
        '2026-01-09,cloud,gold,2.5',
        `,"a ""quoted"", one",'=cmd,`,
        '',
      ].join('\r\n'),
    )
    expect(emulator.otherRequests).toMatchObject([{ status: 200 }])
    expect((await fetch(`${emulator.origin}/reports/none.csv`)).status).toBe(404)
  })

  it('makes a scheduled report every few hours', async () => {
    const created = await call('POST', 'ScheduledReport', {
      reportName: 'often',
      queryId: await savedQuery('SELECT * FROM ISVOrder'),
      startTime: '2026-01-10T04:00:00Z',
      recurrenceInterval: 4,
      recurrenceCount: 3,
      format: 'TSV',
    })
    const path = `ScheduledReport/execution/${String(first(created)['reportId'])}`
    const all = async (query: string) => {
      send = await apiClient(emulator, audience)
      const { body } = await call('GET', `${path}?getLatestExecution=false&${query}`)
      return (body as { value: Record<string, unknown>[] }).value.map(one => one['executionStatus'])
    }
    const every = 'executionStatus=Pending;Running;Completed'
    expect(await all(every)).toEqual(['Pending'])
    emulator.clock.advance(8 * 3_600_000)
    expect(await all(every)).toEqual(['Pending', 'Running', 'Completed'])
    emulator.clock.advance(24 * 3_600_000)
    expect(await all('')).toEqual(['Completed', 'Completed', 'Completed'])
    const latest = first(await call('GET', path))
    expect(latest['reportGeneratedTime']).toBe('2026-01-10T12:00:05Z')
    const one = await call('GET', `${path}?executionId=${String(latest['executionId'])}`)
    expect(first(one)).toEqual(latest)
    expect(first(await call('GET', 'ScheduledReport'))).toMatchObject({ reportStatus: 'Inactive' })
    const file = await fetch(String(latest['reportAccessSecureLink']))
    expect(await file.text()).toContain(`${id}\tcloud\tgold\tActive`)
    emulator.clock.advance(100 * 24 * 3_600_000)
    expect((await send('GET', `${base}/${path}`)).status).toBe(401)
  })

  it('lists and deletes what there is', async () => {
    const queryId = await savedQuery('select email from isvcustomer limit 10')
    const schedule = {
      ReportName: 'r',
      QueryId: `${queryId} `,
      StartTime: '2026-01-10T04:00:00Z ',
      RecurrenceInterval: 90,
    }
    const reportId = String(first(await call('POST', 'ScheduledReport', schedule))['reportId'])
    expect(first(await call('GET', `ScheduledQueries?queryId=${queryId}`))).toMatchObject({
      queryId,
    })
    expect((await call('GET', 'ScheduledQueries?queryId=none')).status).toBe(404)
    for (const filter of [`reportId=${reportId}`, 'reportName=r', `queryId=${queryId}`, '']) {
      expect(first(await call('GET', `ScheduledReport?${filter}`))).toMatchObject({ reportId })
    }
    expect((await call('GET', 'ScheduledReport?reportId=none')).status).toBe(404)
    expect((await call('DELETE', `ScheduledQueries/${queryId}`)).status).toBe(200)
    expect((await call('DELETE', `ScheduledQueries/${queryId}`)).status).toBe(404)
    expect((await call('DELETE', `ScheduledReport/${reportId}`)).status).toBe(200)
    expect((await call('DELETE', `ScheduledReport/${reportId}`)).status).toBe(404)
    expect((await call('GET', 'ScheduledReport')).body).toMatchObject({ value: [], totalCount: 0 })
    const datasets = await call('GET', 'ScheduledDataset?datasetName=isvusage')
    expect(datasets.body).toMatchObject({ totalCount: 1, value: [{ datasetName: 'ISVUsage' }] })
  })
})

describe('what is asked for wrongly', () => {
  it.each([
    {},
    { Name: 'x' },
    { Name: 'x', Query: 'DROP TABLE ISVUsage' },
    { Name: 'x', Query: 'SELECT FROM ISVUsage' },
    { Name: 'x', Query: 'SELECT SKU FROM Users' },
    { Name: 'x', Query: 'SELECT Secret FROM ISVUsage' },
    { Name: 'x', Query: 'SELECT SKU UsageDate FROM ISVUsage' },
    { Name: 'x', Query: 'SELECT SKU, FROM ISVUsage' },
    { Name: 'x', Query: 'SELECT SKU FROM ISVUsage UNION SELECT' },
    { Name: 'x', Query: `SELECT ${'SKU, '.repeat(10_000)} FROM ISVUsage` },
  ])('is no query: %j', async body => {
    const { status, body: answer } = await call('POST', 'ScheduledQueries', body)
    expect(status).toBe(400)
    expect(answer).toMatchObject({ value: [], totalCount: 0, statusCode: 400 })
  })

  it('is no report', async () => {
    const QueryId = await savedQuery()
    const good = {
      ReportName: 'r',
      QueryId,
      StartTime: '2026-01-10T04:00:00Z',
      RecurrenceInterval: 4,
    }
    const post = async (change: object) =>
      (await call('POST', 'ScheduledReport', { ...good, ...change })).status
    for (const change of [
      { ReportName: '' },
      { QueryId: 1 },
      { StartTime: 'soon' },
      { RecurrenceInterval: 3 },
      { RecurrenceInterval: 91 },
      { RecurrenceInterval: '4' },
      { RecurrenceCount: 0 },
      { Format: 'xlsx' },
      { Format: { toString: 1 } },
    ]) {
      expect(await post(change)).toBe(400)
    }
    expect(await post({ QueryId: 'none' })).toBe(404)
    expect(await post({})).toBe(200)
    expect((await call('GET', 'ScheduledReport/execution/none?executionStatus=x')).status).toBe(400)
  })

  it('never ends the emulator', async () => {
    await expectProperAnswers(send, 'POST', `${base}/ScheduledQueries`)
    await expectProperAnswers(send, 'POST', `${base}/ScheduledReport`)
  })
})

describe('any request', () => {
  it('is refused with the usual envelope', async () => {
    const none = bearerClient(emulator.origin, undefined)
    expect(await none('GET', `${base}/ScheduledReport`)).toMatchObject({
      status: 401,
      body: { value: [], statusCode: 401, message: 'The access token is missing.' },
    })
    const old = await apiClient(emulator, 'https://graph.microsoft.com')
    expect((await old('GET', `${base}/ScheduledReport`)).status).toBe(401)
    await using closed = await startEmulator({ seed: { analytics: { apps: [stranger.clientId] } } })
    expect(
      (await (await apiClient(closed, audience))('GET', `${base}/ScheduledReport`)).status,
    ).toBe(403)
    seen.note(closed)
    expect((await send('GET', '/insights/v1/mpn/none')).status).toBe(404)
    expect((await call('PUT', 'ScheduledReport')).headers.get('allow')).toBe('GET, POST')
    expect((await call('POST', 'ScheduledReport', 'x'.repeat(5 * 1024 * 1024))).status).toBe(413)
    emulator.faults.add({ type: 'error', status: 500, count: 1 })
    expect((await call('GET', 'ScheduledReport')).body).toMatchObject({ statusCode: 500 })
  })
})
