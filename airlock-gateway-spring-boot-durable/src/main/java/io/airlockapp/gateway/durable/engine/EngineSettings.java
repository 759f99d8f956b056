/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Duration;

/**
 * Settings of the engine.
 *
 * @param instance the name of this instance
 * @param askThreads the number of threads that ask for decisions
 * @param runThreads the number of threads that run approved calls and handlers
 * @param pollingInterval the interval at which the database is searched for due steps
 * @param heartbeatInterval the interval at which executions in progress are marked; after
 * six missed marks, the process is regarded as stopped
 * @param shutdownTimeout the time to wait for running methods when the application stops
 */
public record EngineSettings(String instance, int askThreads, int runThreads, Duration pollingInterval,
		Duration heartbeatInterval, Duration shutdownTimeout) {
}
