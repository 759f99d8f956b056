/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.PairingState;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;

import static org.mockito.Mockito.mock;

/**
 * A mocked gateway, a store, and time that passes when somebody sleeps.
 */
final class PairingWorld {

	static final Duration INTERVAL = Duration.ofSeconds(4);

	static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

	final AirlockGatewayOperations operations = mock();

	final VirtualTicker ticker = new VirtualTicker();

	final MemoryPairingStore store = new MemoryPairingStore();

	final TestApprover approver = new TestApprover();

	final List<PairingChangedEvent> events = new ArrayList<>();

	final List<String> ended = new ArrayList<>();

	final Map<String, Pairing> configured = new HashMap<>();

	private final long startNanos = this.ticker.nanoTime();

	TaskDecorator userBinding = (task) -> task;

	final ManagedPairingSource source = source();

	/**
	 * Return the source of another instance, or of this one after a restart.
	 */
	ManagedPairingSource source() {
		return new ManagedPairingSource(this.store, () -> this.configured, this.ended::add, this.events::add,
				this::now);
	}

	Instant now() {
		return START.plusNanos(this.ticker.nanoTime() - this.startNanos);
	}

	PairingDependencies dependencies() {
		return new PairingDependencies(this.operations,
				new Enforcer("shop", "Shop", "device-1", "payments", "", "shop"), "https://igw.example.org",
				this.userBinding, INTERVAL, this::now, this.ticker);
	}

	void poll() throws InterruptedException {
		PairingPoller poller = new PairingPoller("default", this.source, dependencies());
		while (poller.poll()) {
			this.ticker.sleep(INTERVAL);
		}
	}

	/**
	 * Return a claim, as an instance makes it when it starts.
	 */
	CodeClaim claim(String code) {
		return new CodeClaim("default", code, this.source, dependencies());
	}

	void runClaim(String code) throws InterruptedException {
		run(claim(code));
	}

	void run(CodeClaim claim) throws InterruptedException {
		while (claim.performNext()) {
			this.ticker.sleep(INTERVAL);
		}
	}

	/**
	 * Look at a claim that another has begun, and take it over.
	 */
	CodeClaim.Progress runTwice(String code) {
		CodeClaim claim = claim(code);
		claim.advance();
		return claim.advance();
	}

	PairingDocument document() {
		return this.source.document("default");
	}

	PairingStatus completed(String nonce) {
		return status(PairingState.COMPLETED, this.approver.response(nonce), "rt-1");
	}

	static PairingStatus status(@Nullable PairingState state, @Nullable String responseJson,
			@Nullable String routingToken) {
		return new PairingStatus(null, state, responseJson, routingToken, null);
	}

	static AirlockGatewayException refusal(int status) {
		return new AirlockGatewayException(new GatewayError(status, null, null, null, null));
	}

	static AirlockGatewayException lost() {
		return new AirlockGatewayException("The gateway cannot be reached", null, new IOException("reset"));
	}

}
