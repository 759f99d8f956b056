/**
 * A minimal gateway in a process of its own, and clients of it without the starter.
 */
package io.airlockapp.gateway.benchmarks.wire;
