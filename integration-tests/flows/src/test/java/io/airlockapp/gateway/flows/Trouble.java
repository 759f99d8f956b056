/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.function.BiConsumer;

import io.airlockapp.gateway.flows.FaultProxy.Fault;
import io.airlockapp.gateway.simulator.SimulatedFault;

/**
 * Faults that can happen at any call, each with its row in {@code docs/failures.md}.
 */
enum Trouble {

	ROW_03_RESET_BEFORE(network(Fault.resetBeforeForwarding())),

	ROW_03_RESET_AFTER(network(Fault.resetAfterForwarding())),

	ROW_03_CLOSED(network(Fault.dropAnswer())),

	ROW_05_BAD_REQUEST(gateway(SimulatedFault.status(400)), false),

	ROW_05_UNPROCESSABLE(gateway(SimulatedFault.status(422).withCode("no_approver")), false),

	ROW_06_UNAUTHORIZED(gateway(SimulatedFault.status(401)), false),

	ROW_06_FORBIDDEN(gateway(SimulatedFault.status(403)), false),

	ROW_06_NO_CONSENT(gateway(SimulatedFault.status(403).withCode("app_consent_required")), false),

	ROW_07_QUOTA(gateway(SimulatedFault.status(429).withHeader("Retry-After", "0"))),

	ROW_10_INTERNAL_ERROR(gateway(SimulatedFault.status(500))),

	ROW_10_UNAVAILABLE(gateway(SimulatedFault.status(503))),

	ROW_11_CUT(network(Fault.cutAfter(Duration.ZERO))),

	ROW_14_HELD(gateway(SimulatedFault.delay(Duration.ofMinutes(1)))),

	ROW_15_STALLED(network(Fault.stallAfter(40))),

	ROW_15_BLACK_HOLE(network(Fault.blackHole())),

	ROW_16_DRIBBLE(network(Fault.dribble(Duration.ofMillis(50)))),

	ROW_17_CUT_ANSWER(network(Fault.cutAnswerAfter(40))),

	ROW_18_GARBAGE(gateway(SimulatedFault.status(200).withBody("application/json", "}{"))),

	ROW_19_OVERSIZED(
			gateway(SimulatedFault.status(200).withBody("application/json", "[" + " ".repeat(2_000_000) + "]"))),

	ROW_19_HUGE_HEADERS(gateway(SimulatedFault.status(200).withHeader("X-Filler", "x".repeat(1_000_000)))),

	ROW_20_REDIRECT(gateway(SimulatedFault.status(302).withHeader("Location", "/echo")), false),

	ROW_20_NOT_MODIFIED(gateway(SimulatedFault.status(304)), false),

	ROW_21_PORTAL(gateway(SimulatedFault.status(200).withBody("text/html", "<html>approve</html>")));

	private final Injection injection;

	private final boolean passing;

	Trouble(Injection injection) {
		this(injection, true);
	}

	Trouble(Injection injection, boolean passing) {
		this.injection = injection;
		this.passing = passing;
	}

	/**
	 * Return whether an acknowledgement is to be tried again.
	 */
	boolean isPassing() {
		return this.passing;
	}

	/**
	 * Return whether it ends an approval before its deadline.
	 */
	boolean endsApproval(GatewayOperation operation) {
		return this == ROW_06_NO_CONSENT || (operation == GatewayOperation.SUBMIT
				&& (name().startsWith("ROW_05_") || name().startsWith("ROW_06_") || name().startsWith("ROW_20_")));
	}

	/**
	 * Return whether it is in what the answer says, and in nothing else.
	 */
	boolean isInBody() {
		return this == ROW_18_GARBAGE || this == ROW_21_PORTAL;
	}

	/**
	 * Let it happen once.
	 */
	void happen(FaultTests test, GatewayOperation operation) {
		this.injection.accept(test, operation);
	}

	private static Injection network(Fault fault) {
		return (test, operation) -> test.network.failNext(operation.path(), fault);
	}

	private static Injection gateway(SimulatedFault fault) {
		return (test, operation) -> test.simulator.failNext(operation.call(), fault);
	}

	@FunctionalInterface
	private interface Injection extends BiConsumer<FaultTests, GatewayOperation> {

	}

}
