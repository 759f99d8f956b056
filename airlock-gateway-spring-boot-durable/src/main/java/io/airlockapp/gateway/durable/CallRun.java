package io.airlockapp.gateway.durable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.DurableContext.Scope;
import io.airlockapp.gateway.harp.HarpJson;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import tools.jackson.databind.JsonNode;

/**
 * Run of a call in the current thread: restores the contexts of the caller, claims the
 * call, and holds it until it is closed.
 */
final class CallRun implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(CallRun.class);

	private final String id = UUID.randomUUID().toString();

	private final List<Scope> scopes = new ArrayList<>();

	private final DurableCall call;

	private final String plaintext;

	private final List<DurableContext> contexts;

	private final Predicate<String> claim;

	private boolean claimed;

	/**
	 * Create a run.
	 * @param call the call
	 * @param plaintext the plaintext of the call
	 * @param contexts the contexts to restore
	 * @param claim claims the call for the run with an id
	 */
	CallRun(DurableCall call, String plaintext, List<DurableContext> contexts, Predicate<String> claim) {
		this.call = call;
		this.plaintext = plaintext;
		this.contexts = contexts;
		this.claim = claim;
	}

	String id() {
		return this.id;
	}

	boolean isClaimed() {
		return this.claimed;
	}

	/**
	 * Claim the call, after its plaintext was verified.
	 */
	boolean claim() {
		if (this.claimed) {
			return false;
		}
		// Before the claim, after which nothing is repeated
		restoreContexts();
		if (!this.claim.test(this.id)) {
			return false;
		}
		this.claimed = true;
		RunningCall.set(new RunningCall(this.call.approval(), this.id, this.call.trace()));
		return true;
	}

	private void restoreContexts() {
		JsonNode recorded = HarpJson.mapper().readTree(this.plaintext).path(CallRecorder.CONTEXT);
		Set<String> unknown = new TreeSet<>(recorded.propertyNames());
		for (DurableContext context : this.contexts) {
			unknown.remove(context.getName());
		}
		if (!unknown.isEmpty()) {
			throw new ApprovalUnavailableException("this instance has no DurableContext with the recorded name '%s'"
				.formatted(String.join("', '", unknown)), this.call.id(), null);
		}
		for (DurableContext context : this.contexts) {
			Map<String, String> values = new LinkedHashMap<>();
			recorded.path(context.getName())
				.properties()
				.forEach((value) -> values.put(value.getKey(), value.getValue().asString()));
			this.scopes.add(context.restore(values));
		}
	}

	@Override
	public void close() {
		RunningCall.set(null);
		for (int i = this.scopes.size() - 1; i >= 0; i--) {
			try {
				this.scopes.get(i).close();
			}
			catch (Throwable ex) {
				// Also a checked exception, which only Java requires to be declared
				logger.warn("A DurableContext can't be removed after approval %s: %s".formatted(this.call.id(),
						ex.getClass().getName()));
			}
		}
	}

}
