import {
  createNoopMeter,
  type MeterProvider,
  metrics,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'

/** The provider of tracers that the program has registered; `undefined` if there is none. */
export function registeredTracerProvider(): TracerProvider | undefined {
  const provider = trace.getTracerProvider() as TracerProvider & Partial<ProxyProvider>
  const isUnset =
    provider.getDelegateTracer && !provider.getDelegateTracer('@regimen/logger-otel')
  return isUnset ? undefined : provider
}

/** What the API holds before a program registers a provider has no tracers to delegate to. */
type ProxyProvider = { getDelegateTracer(name: string): unknown }

/** The provider of meters that the program has registered; `undefined` if there is none. */
export function registeredMeterProvider(): MeterProvider | undefined {
  const provider = metrics.getMeterProvider()
  const isUnset = provider.getMeter('@regimen/logger-otel') === createNoopMeter()
  return isUnset ? undefined : provider
}
