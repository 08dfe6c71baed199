/** The client of a suite, as its repository has it: found by `preload.ts`. What is used of got, ky or axios. */
declare module 'client-itself' {
  interface Client {
    extend(options: object): Client
    create(options?: object): Client
    readonly interceptors: { readonly request: { use(interceptor: unknown): void } }
  }
  const client: Client
  export default client
}
