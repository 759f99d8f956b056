/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.support.Ticker;

import org.springframework.core.task.TaskDecorator;

/**
 * Collaborators and settings for pairing, other than the store.
 *
 * @param gateway the gateway
 * @param enforcer the enforcer that pairs
 * @param gatewayUrl the gateway's URL, as used by this application and the phone
 * @param userBinding the decorator that binds a task to the user who starts a pairing, as
 * whom its state is polled
 * @param pollInterval the interval at which the state of a pairing is polled
 * @param clock the clock for the time of day
 * @param ticker the ticker for elapsed time
 */
public record PairingDependencies(AirlockGatewayOperations gateway, Enforcer enforcer, String gatewayUrl,
		TaskDecorator userBinding, Duration pollInterval, InstantSource clock, Ticker ticker) {
}
