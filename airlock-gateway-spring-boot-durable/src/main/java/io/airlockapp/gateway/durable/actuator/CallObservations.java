/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.actuator;

import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import io.airlockapp.gateway.durable.CallObserver;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.RunningCall;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Claim;
import io.airlockapp.gateway.support.WarnOnceLog;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@link CallObserver} with Micrometer: {@code airlock.durable.record} is the observation
 * of a recording, and {@code airlock.durable.run} that of a run. A tracer writes the
 * trace context of the former to the call. The latter begins a new trace, since it can
 * start days later, and refers to the recorded one by a key value.
 */
public final class CallObservations implements CallObserver {

	private static final Log logger = LogFactory.getLog(CallObservations.class);

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final ObservationRegistry registry;

	private final boolean recordTrace;

	/**
	 * Create an observer.
	 * @param registry the registry of the observations
	 * @param recordTrace whether calls and the requests for them contain the trace
	 * context
	 */
	public CallObservations(ObservationRegistry registry, boolean recordTrace) {
		this.registry = registry;
		this.recordTrace = recordTrace;
	}

	@Override
	public DurableApproval record(String gate, Function<Map<String, String>, DurableApproval> recording) {
		Map<String, String> trace = new LinkedHashMap<>();
		SenderContext<Map<String, String>> context = new SenderContext<>(
				(carrier, name, value) -> Objects.requireNonNull(carrier).put(name, value));
		context.setCarrier(trace);
		SafeObservation observation = new SafeObservation(
				() -> Observation.createNotStarted("airlock.durable.record", () -> context, this.registry)
					.contextualName("record " + gate)
					.lowCardinalityKeyValue("gate", gate));
		observation.start();
		Throwable failure = null;
		try {
			DurableApproval call = recording.apply(this.recordTrace ? trace : Map.of());
			observation.requestId(call.id());
			return call;
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			observation.stop(failure);
		}
	}

	@Override
	public ApprovedCalls observe(ApprovedCalls calls) {
		return (call, claim) -> run(calls, call, claim);
	}

	private ApprovedCalls.Result run(ApprovedCalls calls, ApprovedCall call, Claim claim)
			throws InvocationTargetException {
		SafeObservation observation = new SafeObservation(
				() -> Observation.createNotStarted("airlock.durable.run", this.registry)
					.lowCardinalityKeyValue("outcome", KeyValue.NONE_VALUE));
		String outcome = "failed";
		Throwable failure = null;
		try {
			ApprovedCalls.Result result = calls.run(call, observed(claim, observation));
			outcome = result.name().toLowerCase(Locale.ROOT);
			return result;
		}
		catch (Throwable ex) {
			failure = (ex instanceof InvocationTargetException && ex.getCause() != null) ? ex.getCause() : ex;
			throw ex;
		}
		finally {
			observation.outcome(outcome);
			observation.stop(failure);
		}
	}

	private static Claim observed(Claim claim, SafeObservation observation) {
		return new Claim() {

			@Override
			public void prepare(boolean restartable) {
				claim.prepare(restartable);
			}

			@Override
			public void enter() {
				claim.enter();
			}

			@Override
			public boolean getAsBoolean() {
				if (!claim.getAsBoolean()) {
					return false;
				}
				observation.describeRun();
				observation.start();
				return true;
			}

		};
	}

	/**
	 * Observation whose failures are logged. A call must not fail after its claim or its
	 * recording because of them.
	 */
	private final class SafeObservation {

		private Observation observation = Observation.NOOP;

		private final Observation.@Nullable Scope outer = CallObservations.this.registry.getCurrentObservationScope();

		private boolean started;

		private Observation.@Nullable Scope scope;

		SafeObservation(Supplier<Observation> observation) {
			// Predicates and handlers of the application are asked when it is created
			quietly(() -> this.observation = observation.get());
		}

		void describeRun() {
			quietly(() -> {
				DurableApproval approval = DurableApprovals.current().orElseThrow();
				this.observation.contextualName("run " + approval.gate())
					.lowCardinalityKeyValue("gate", approval.gate())
					.highCardinalityKeyValue("request.id", approval.id());
				String traceparent = RunningCall.currentTrace().get(DurableCall.TRACEPARENT);
				if (traceparent != null) {
					this.observation.highCardinalityKeyValue("recorded.traceparent", traceparent);
				}
			});
		}

		void start() {
			this.started = true;
			quietly(() -> {
				this.observation.start();
				this.scope = this.observation.openScope();
			});
			if (this.scope == null) {
				restoreScope();
			}
		}

		/**
		 * Remove a scope that a failed handler left in the thread.
		 */
		private void restoreScope() {
			CallObservations.this.registry.setCurrentObservationScope(this.outer);
		}

		void requestId(String id) {
			quietly(() -> this.observation.highCardinalityKeyValue("request.id", id));
		}

		void outcome(String outcome) {
			quietly(() -> this.observation.lowCardinalityKeyValue("outcome", outcome));
		}

		void stop(@Nullable Throwable failure) {
			if (!this.started) {
				return;
			}
			Observation.Scope opened = this.scope;
			if (opened != null) {
				quietly(opened::close);
			}
			restoreScope();
			if (failure != null) {
				quietly(() -> this.observation.error(failure));
			}
			quietly(this.observation::stop);
		}

		private void quietly(Runnable action) {
			try {
				action.run();
			}
			catch (Throwable ex) {
				// The exception is not logged, since its message can contain secrets
				CallObservations.this.warnings.warn("The observation of a durable call failed with %s; the call goes on"
					.formatted(ex.getClass().getName()));
			}
		}

	}

}
