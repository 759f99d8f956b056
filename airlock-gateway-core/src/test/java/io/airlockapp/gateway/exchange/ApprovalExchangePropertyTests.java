/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.GatewayResponseException;
import io.airlockapp.gateway.support.Deadline;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.ResponseEntity;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;

/**
 * Single exchanges with any sequence of faults, against a model of the gateway.
 */
class ApprovalExchangePropertyTests {

	private static final int TIMEOUT = 120;

	/**
	 * Two of the longest pauses, with the calls after each: one finds that the gateway
	 * doesn't know the request, and the other one submits it.
	 */
	private static final Duration PAUSE = Duration.ofSeconds(33);

	private static final Duration LEAVING = Duration.ofSeconds(12);

	@Property(tries = 1000)
	void findsEachDecisionThatCanBeHadAndSaysWhatIsKnown(@ForAll("faults") List<Fault> faults,
			@ForAll @IntRange(min = 1, max = 2 * TIMEOUT) int decidedAfter, @ForAll boolean decisionInStatus) {
		Model model = new Model(faults, Duration.ofSeconds(decidedAfter), decisionInStatus);
		ReceivedDecision delivery = null;
		AirlockGatewayException failure = null;
		try {
			delivery = model.run();
		}
		catch (ApprovalTimeoutException | ApprovalUnavailableException ex) {
			failure = ex;
		}
		Duration end = model.now();
		assertThat(end).isLessThanOrEqualTo(Duration.ofSeconds(TIMEOUT).plus(LEAVING));
		assertThat(delivery != null).isEqualTo(model.handedOver);
		Duration healthy = (model.lastFault.compareTo(model.decidedAt) > 0) ? model.lastFault : model.decidedAt;
		if (healthy.plus(PAUSE).compareTo(Duration.ofSeconds(TIMEOUT)) < 0) {
			assertThat(delivery).as("decided and healthy after %s", healthy).isNotNull();
		}
		if (failure != null) {
			assertThat(failure.getMessage().contains("it was withdrawn")).as(failure.getMessage())
				.matches((told) -> !told || model.withdrawn);
			assertThat(failure.getMessage().contains("was decided")).as(failure.getMessage())
				.matches((told) -> !told || model.isDecided());
		}
	}

	@Property(tries = 300)
	void endsEarlyOnlyForWhatIsListed(@ForAll("faults") List<Fault> faults) {
		Model model = new Model(faults, Duration.ofDays(1), false);
		try {
			model.run();
		}
		catch (ApprovalTimeoutException | ApprovalUnavailableException ex) {
			// Nobody decides
		}
		// All but the margin in which it leaves
		assertThat(model.now()).isGreaterThanOrEqualTo(Duration.ofSeconds(TIMEOUT - 2));
	}

	@Provide
	Arbitrary<List<Fault>> faults() {
		Arbitrary<Kind> kinds = Arbitraries.of(Kind.class);
		Arbitrary<Integer> statuses = Arbitraries.of(302, 401, 403, 404, 405, 408, 409, 410, 413, 418, 429, 500, 502,
				503);
		Arbitrary<Fault> fault = Combinators
			.combine(kinds, statuses, Arbitraries.of(true, false), Arbitraries.integers().between(0, 9))
			.as(Fault::new);
		return fault.list().ofMaxSize(25).filter((faults) -> faults.isEmpty() || !faults.get(0).isRefusal());
	}

	private enum Kind {

		NONE, STATUS, RESET, UNREADABLE, HANG, FOREIGN_CERTIFICATE

	}

	/**
	 * What happens to a call.
	 *
	 * @param arrives whether the gateway gets it nevertheless
	 */
	private record Fault(Kind kind, int status, boolean arrives, int seconds) {

		/**
		 * Return whether the fault ends an exchange that cannot exist at the gateway.
		 */
		private boolean isRefusal() {
			return this.kind == Kind.FOREIGN_CERTIFICATE
					|| (this.kind == Kind.STATUS && Set.of(302, 401, 403).contains(this.status));
		}

	}

	/**
	 * A gateway that has one exchange, and forgets nothing.
	 */
	private static final class Model {

		private static final Duration LATENCY = Duration.ofMillis(50);

		private final SingleExchange exchange = new SingleExchange();

		private final long start = this.exchange.ticker.nanoTime();

		private final Deque<Fault> faults;

		private final Duration decidedAt;

		private final boolean decisionInStatus;

		private Duration lastFault = Duration.ZERO;

		private boolean known;

		private boolean withdrawn;

		private boolean handedOver;

		private Model(List<Fault> faults, Duration decidedAt, boolean decisionInStatus) {
			this.faults = new ArrayDeque<>(faults);
			this.decidedAt = decidedAt;
			this.decisionInStatus = decisionInStatus;
			given(this.exchange.api.submitArtifact(any(), any()))
				.willAnswer((invocation) -> call(invocation.getArgument(1), this::submit));
			given(this.exchange.api.getExchange(any(), any()))
				.willAnswer((invocation) -> noting(call(invocation.<Deadline>getArgument(1), this::status),
						this.decisionInStatus));
			given(this.exchange.api.awaitDecision(any(), anyInt(), any())).willAnswer((invocation) -> noting(
					call(invocation.getArgument(2), () -> await(invocation.getArgument(1))), true));
			given(this.exchange.api.withdraw(any(), any()))
				.willAnswer((invocation) -> call(invocation.getArgument(1), this::withdraw));
		}

		private ReceivedDecision run() {
			return this.exchange.run(SingleExchange.artifact(), Duration.ofSeconds(TIMEOUT), Duration.ofSeconds(25));
		}

		private Duration now() {
			return Duration.ofNanos(this.exchange.ticker.nanoTime() - this.start);
		}

		private boolean isDecided() {
			return this.known && !this.withdrawn && this.decidedAt.compareTo(now()) <= 0;
		}

		private <T> @Nullable T call(Deadline deadline, Supplier<@Nullable T> work) {
			this.exchange.ticker.advance(LATENCY);
			Fault fault = this.faults.isEmpty() ? new Fault(Kind.NONE, 0, true, 0) : this.faults.poll();
			if (fault.kind() == Kind.NONE) {
				return work.get();
			}
			if (fault.arrives() && fault.kind() != Kind.FOREIGN_CERTIFICATE) {
				try {
					work.get();
				}
				catch (GatewayResponseException ex) {
					// Lost on its way
				}
			}
			if (fault.kind() == Kind.HANG) {
				Duration hangs = Duration.ofSeconds(fault.seconds());
				Duration left = deadline.remaining();
				this.exchange.ticker.advance((hangs.compareTo(left) < 0) ? hangs : left);
			}
			this.lastFault = now();
			throw switch (fault.kind()) {
				case STATUS -> SingleExchange.error(fault.status());
				case FOREIGN_CERTIFICATE -> SingleExchange.certificateRejected();
				case UNREADABLE -> new RestClientException("Truncated");
				default -> new ResourceAccessException("Lost", new IOException("Connection reset"));
			};
		}

		private <T> T noting(T answer, boolean withDecision) {
			boolean empty = answer instanceof ResponseEntity<?> entity && !entity.hasBody();
			this.handedOver |= withDecision && !empty && isDecided();
			return answer;
		}

		private @Nullable Envelope<JsonNode> submit() {
			if (isDecided()) {
				throw SingleExchange.error(409, "AlreadyDecidedConflict");
			}
			this.known = true;
			return null;
		}

		private Envelope<ExchangeStatus> status() {
			requireKnown();
			if (isDecided()) {
				return SingleExchange.status(ExchangeState.DECIDED,
						this.decisionInStatus ? SingleExchange.body() : null);
			}
			return SingleExchange.status(this.withdrawn ? ExchangeState.WITHDRAWN : ExchangeState.PENDING_APPROVAL,
					null);
		}

		private ResponseEntity<Envelope<JsonNode>> await(int seconds) {
			requireKnown();
			if (this.withdrawn) {
				throw SingleExchange.error(404);
			}
			Duration hold = Duration.ofSeconds(seconds);
			Duration left = this.decidedAt.minus(now());
			if (!left.isNegative()) {
				this.exchange.ticker.advance((left.compareTo(hold) < 0) ? left : hold);
			}
			return isDecided() ? ResponseEntity.ok(SingleExchange.decision()) : ResponseEntity.noContent().build();
		}

		private Envelope<JsonNode> withdraw() {
			requireKnown();
			if (isDecided() || this.withdrawn) {
				throw SingleExchange.error(409);
			}
			this.withdrawn = true;
			return SingleExchange.withdrawn();
		}

		private void requireKnown() {
			if (!this.known) {
				throw SingleExchange.error(404);
			}
		}

	}

}
