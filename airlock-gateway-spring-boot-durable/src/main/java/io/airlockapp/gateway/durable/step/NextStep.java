/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.step;

import java.time.Instant;

import io.airlockapp.gateway.durable.step.StepScheduler.Step;

/**
 * Holds the step that follows for a call, and its time.
 *
 * @param step the kind of step
 * @param time the time
 */
public record NextStep(Step step, Instant time) {
}
