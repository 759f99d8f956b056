/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.guard.DurableCalls;
import io.airlockapp.gateway.durable.method.DurableTargets;
import io.airlockapp.gateway.durable.method.DurableTargets.Target;
import io.airlockapp.gateway.durable.method.RecordedCallHandler;
import org.jspecify.annotations.Nullable;

/**
 * Records the calls of durable methods that the guard intercepts.
 *
 * @param targets the durable methods
 * @param recorder the recorder of calls
 * @param handler the handler of recorded calls, if there is one
 */
public record GuardedCallRecorder(DurableTargets targets, CallRecorder recorder,
		@Nullable RecordedCallHandler handler) implements DurableCalls {

	@Override
	public Runnable record(Object proxy, Call call) {
		try {
			Target target = this.targets.require(proxy, call);
			Consumer<String> end = (this.handler != null) ? this.handler.handle(target.method()) : (id) -> {
			};
			String requestId = this.recorder.record(this.targets.write(target, call));
			return () -> end.accept(requestId);
		}
		catch (AirlockGatewayException ex) {
			this.recorder.refused(ex);
			throw ex;
		}
	}

	@Override
	public void starting(Call call) {
		this.recorder.starting(call.toString());
	}

}
