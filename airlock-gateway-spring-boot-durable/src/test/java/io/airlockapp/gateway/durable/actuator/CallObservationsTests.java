/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.actuator;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.durable.CallKeys;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Claim;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link CallObservations}.
 */
class CallObservationsTests {

	private final List<Observation.Context> stopped = new ArrayList<>();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final CallObservations observations = new CallObservations(this.registry, true);

	private final ApprovedCall approved = new ApprovedCall("req-1", "payouts#pay()", DurableCall.onePairing("default"),
			"{}", List.of());

	@Test
	void recordingThatIsRefusedIsAnError() {
		this.registry.observationConfig().observationHandler(new Stopped());
		IllegalStateException refused = new IllegalStateException("refused");
		assertThatIllegalStateException().isThrownBy(() -> this.observations.record("Payouts.pay", (trace) -> {
			throw refused;
		})).isSameAs(refused);
		assertThat(this.stopped).singleElement().satisfies((context) -> {
			assertThat(context.getName()).isEqualTo("airlock.durable.record");
			assertThat(context.getError()).isSameAs(refused);
		});
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@Test
	void runThatIsNotClaimedIsNotObserved() throws InvocationTargetException {
		this.registry.observationConfig().observationHandler(new Stopped());
		ApprovedCalls calls = (call, claim) -> claim.getAsBoolean() ? Result.DONE : Result.NOT_STARTED;
		assertThat(this.observations.observe(calls).run(this.approved, () -> false)).isEqualTo(Result.NOT_STARTED);
		assertThat(this.stopped).isEmpty();
	}

	@Test
	void observedClaimDelegatesToClaim() {
		Claim claim = mock();
		ApprovedCalls calls = (call, observed) -> {
			observed.prepare(true);
			observed.enter();
			return Result.NOT_STARTED;
		};
		assertThatNoException().isThrownBy(() -> this.observations.observe(calls).run(this.approved, claim));
		then(claim).should().prepare(true);
		then(claim).should().enter();
	}

	@Test
	void exceptionOfTheMethodIsTheErrorOfItsRun() {
		this.registry.observationConfig().observationHandler(new Stopped());
		IllegalArgumentException failure = new IllegalArgumentException();
		ApprovedCalls calls = (call, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			assertThat(this.registry.getCurrentObservation()).isNotNull();
			throw new InvocationTargetException(failure);
		};
		assertThatExceptionOfType(InvocationTargetException.class)
			.isThrownBy(() -> this.observations.observe(calls).run(this.approved, () -> true));
		assertThat(this.stopped).singleElement().satisfies((context) -> {
			assertThat(context.getError()).isSameAs(failure);
			assertThat(context.getLowCardinalityKeyValue("outcome").getValue()).isEqualTo("failed");
		});
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "support", "predicate", "start", "open", "close", "stop", "filter" })
	void failureOfAnObservationAffectsNeitherRecordingNorRun(String where) throws InvocationTargetException {
		Failing failing = new Failing(where);
		this.registry.observationConfig().observationHandler(failing).observationPredicate((name, context) -> {
			failing.fail("predicate");
			return true;
		}).observationFilter((context) -> {
			failing.fail("filter");
			return context;
		});
		DurableApproval call = mock();
		given(call.id()).willReturn("req-1");
		assertThat(this.observations.record("Payouts.pay", (trace) -> call)).isSameAs(call);
		ApprovedCalls calls = (approved, claim) -> claim.getAsBoolean() ? Result.DONE : Result.NOT_STARTED;
		assertThat(this.observations.observe(calls).run(this.approved, () -> true)).isEqualTo(Result.DONE);
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "00-1-2-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
			"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
			"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
			"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
			"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n" })
	void traceContextThatIsNotValidIsNoPartOfACall(String traceparent) {
		assertThat(call(Map.of("traceparent", traceparent)).trace()).isEmpty();
	}

	@Test
	void callHasNoStateOfATrace() {
		String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
		assertThat(call(Map.of("traceparent", traceparent, "tracestate", "a=b")).trace())
			.isEqualTo(Map.of("traceparent", traceparent));
	}

	private static DurableCall call(Map<String, String> trace) {
		return new DurableCall(mock(), "payouts#pay()", DurableCall.onePairing("default"), "command.review", null, null,
				trace, 0, CallKeys.NONE, List.of());
	}

	/**
	 * Handler that keeps the contexts of observations that are stopped.
	 */
	private final class Stopped implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStop(Observation.Context context) {
			CallObservationsTests.this.stopped.add(context);
		}

	}

	/**
	 * Handler that fails at one point.
	 */
	private record Failing(String where) implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			fail("support");
			return true;
		}

		@Override
		public void onStart(Observation.Context context) {
			fail("start");
		}

		@Override
		public void onScopeOpened(Observation.Context context) {
			fail("open");
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			fail("close");
		}

		@Override
		public void onStop(Observation.Context context) {
			fail("stop");
		}

		private void fail(String point) {
			if (this.where.equals(point)) {
				throw new LinkageError(point);
			}
		}

	}

}
