/**
 * Benchmark of the start of web applications.
 */
package io.airlockapp.gateway.benchmarks.startup;
