/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Fault of the gateway or of the network, for
 * {@link AirlockSimulator#failNext(SimulatorCall, SimulatedFault)} and
 * {@link SimulatedApprover#failNext(SimulatorCall, SimulatedFault)}. Immutable.
 */
public final class SimulatedFault {

	private static final Runnable NOTHING = () -> {
	};

	private final Kind kind;

	private final int status;

	private final Runnable action;

	private final @Nullable String code;

	private final Map<String, String> headers;

	private final @Nullable String body;

	private SimulatedFault(Kind kind, int status, Runnable action, @Nullable String code, Map<String, String> headers,
			@Nullable String body) {
		this.kind = kind;
		this.status = status;
		this.action = action;
		this.code = code;
		this.headers = Map.copyOf(headers);
		this.body = body;
	}

	/**
	 * Create a fault that responds with a status instead of handling the call.
	 * @param status the HTTP status, from 200 to 599
	 * @return the fault
	 * @throws IllegalArgumentException if the status is out of range
	 */
	public static SimulatedFault status(int status) {
		Assert.isTrue(status >= 200 && status < 600, "'status' must be from 200 to 599");
		return new SimulatedFault(Kind.RESPONSE, status, NOTHING, null, Map.of(), null);
	}

	/**
	 * Create a fault that closes the connection before the call is handled.
	 * @return the fault
	 */
	public static SimulatedFault dropBeforeHandling() {
		return new SimulatedFault(Kind.DROP_BEFORE, 0, NOTHING, null, Map.of(), null);
	}

	/**
	 * Create a fault that handles the call, and then closes the connection without a
	 * response.
	 * @return the fault
	 */
	public static SimulatedFault dropAfterHandling() {
		return new SimulatedFault(Kind.DROP_AFTER, 0, NOTHING, null, Map.of(), null);
	}

	/**
	 * Create a fault that handles the call correctly after a delay.
	 * @param delay the delay
	 * @return the fault
	 */
	public static SimulatedFault delay(Duration delay) {
		return runBeforeHandling(() -> sleep(delay));
	}

	/**
	 * Create a fault that handles the call correctly after an action, such as another
	 * decision that comes in between, or a wait.
	 * @param action the action, which is run on the thread that handles the call
	 * @return the fault
	 */
	public static SimulatedFault runBeforeHandling(Runnable action) {
		return new SimulatedFault(Kind.NONE, 0, action, null, Map.of(), null);
	}

	/**
	 * Add a delay before the fault.
	 * @param delay the delay
	 * @return a new fault
	 */
	public SimulatedFault withDelay(Duration delay) {
		return new SimulatedFault(this.kind, this.status, () -> {
			sleep(delay);
			this.action.run();
		}, this.code, this.headers, this.body);
	}

	/**
	 * Set the error code of the response, such as {@code quota_exceeded}.
	 * @param code the error code
	 * @return a new fault
	 */
	public SimulatedFault withCode(String code) {
		return new SimulatedFault(this.kind, this.status, this.action, code, this.headers, this.body);
	}

	/**
	 * Add a header to the response, such as {@code Retry-After}.
	 * @param name the header's name
	 * @param value its value
	 * @return a new fault
	 */
	public SimulatedFault withHeader(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return new SimulatedFault(this.kind, this.status, this.action, this.code, more, this.body);
	}

	/**
	 * Set the whole body of the response, instead of an error in the gateway's format.
	 * @param contentType the content type
	 * @param body the body
	 * @return a new fault
	 */
	public SimulatedFault withBody(String contentType, String body) {
		SimulatedFault typed = withHeader("Content-Type", contentType);
		return new SimulatedFault(typed.kind, typed.status, typed.action, typed.code, typed.headers, body);
	}

	private static void sleep(Duration duration) {
		try {
			Thread.sleep(duration.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	Kind kind() {
		return this.kind;
	}

	int status() {
		return this.status;
	}

	Runnable action() {
		return this.action;
	}

	String code() {
		return (this.code != null) ? this.code : "simulated_fault";
	}

	Map<String, String> headers() {
		return this.headers;
	}

	@Nullable String body() {
		return this.body;
	}

	enum Kind {

		NONE, RESPONSE, DROP_BEFORE, DROP_AFTER

	}

}
