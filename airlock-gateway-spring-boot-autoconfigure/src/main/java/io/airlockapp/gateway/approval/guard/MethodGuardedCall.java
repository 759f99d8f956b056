/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.snapshot.CommandText;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.condition.ApprovalCondition;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.support.VisibleText;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;

/**
 * {@link GuardedCall} of a method whose arguments are read on demand, with the operations
 * of the guard itself.
 */
final class MethodGuardedCall implements DurableCalls.Call {

	private static final String ACTION_TYPE = "method_invocation";

	private final ApprovalAttribute attribute;

	private final MethodArguments arguments;

	private final Object proxy;

	private final BeanFactory beanFactory;

	private final Supplier<SnapshotWriter> snapshotWriter;

	private final Caller caller;

	private final Masking masking = new Masking();

	private @Nullable ArgumentSnapshot snapshot;

	private @Nullable ApprovalRequest request;

	private @Nullable Admission admission;

	private @Nullable String approvedRequestId;

	private boolean authorized;

	private boolean byPolicy;

	private final AtomicReference<@Nullable Runnable> onStart = new AtomicReference<>();

	MethodGuardedCall(ApprovalAttribute attribute, MethodArguments arguments, Object proxy, BeanFactory beanFactory,
			Supplier<SnapshotWriter> snapshotWriter, Caller caller) {
		this.attribute = attribute;
		this.arguments = arguments;
		this.proxy = proxy;
		this.beanFactory = beanFactory;
		this.snapshotWriter = snapshotWriter;
		this.caller = caller;
	}

	/**
	 * Return a call as the one that the guard created.
	 * @param call the call that was passed to a gate
	 * @return the same call
	 * @throws IllegalArgumentException if the guard did not create the call, since it
	 * then implies nothing about the arguments of the method
	 */
	static MethodGuardedCall of(GuardedCall call) {
		if (call instanceof MethodGuardedCall created) {
			return created;
		}
		throw new IllegalArgumentException(
				"A gate was passed a %s that the guard did not make. Pass the GuardedCall that your gate was given"
					.formatted(call.getClass().getName()));
	}

	/**
	 * Return whether the call requires approval. The condition applies to the arguments
	 * as they are in the snapshot.
	 */
	boolean needsApproval() {
		ApprovalCondition condition = this.attribute.condition();
		return condition == null
				|| condition.needsApproval(this.arguments.values(), (index) -> snapshot().get(index), this.beanFactory);
	}

	/**
	 * Return whether a condition decides if the call requires approval.
	 */
	boolean isConditional() {
		return this.attribute.condition() != null;
	}

	@Override
	public MethodArguments arguments() {
		return this.arguments;
	}

	@Override
	public Masking masking() {
		return this.masking;
	}

	@Override
	public @Nullable String findRequester() {
		return this.caller.findRequester();
	}

	@Override
	public String getPairing() {
		return this.attribute.pairing();
	}

	@Override
	public @Nullable String findApprovers() {
		return this.attribute.approvers();
	}

	@Override
	public boolean isInTransaction() {
		return this.caller.inTransaction();
	}

	@Override
	public boolean isAllowedInTransaction() {
		return this.attribute.allowInTransaction();
	}

	@Override
	public ApprovalRequest toRequest() {
		if (this.request == null) {
			this.request = toRequest(this.arguments, snapshot());
		}
		return this.request;
	}

	@Override
	public ApprovalRequest toRequest(MethodArguments shown, ArgumentSnapshot snapshot) {
		return toRequest(this.attribute, shown, snapshot, findShownBeanName(), findRequester());
	}

	private @Nullable String findShownBeanName() {
		return GuardedChainAdvisor.findShownBeanName(this.proxy, this.arguments.targetClass());
	}

	/**
	 * Create the request for a call.
	 * @param attribute the attributes of the guard
	 * @param arguments the arguments
	 * @param snapshot the snapshot of the arguments that is shown
	 * @param shownBeanName the name of the bean, if it is shown
	 * @param requester the requester, or {@code null} if unknown. Only a group is shown
	 * it
	 */
	static ApprovalRequest toRequest(ApprovalAttribute attribute, MethodArguments arguments, ArgumentSnapshot snapshot,
			@Nullable String shownBeanName, @Nullable String requester) {
		String method = arguments.toString();
		CommandText command = CommandText.of(named(arguments, shownBeanName), snapshot.all(), attribute.abridge());
		return builder(attribute, command.text()).requester(requester)
			.actionType(ACTION_TYPE)
			.description(attribute.describe(command, snapshot::get))
			.arguments(snapshot.toJson())
			.artifactType(attribute.artifactType())
			.timeout(attribute.timeout())
			.gate(method)
			.build();
	}

	private static ApprovalRequest.Builder builder(ApprovalAttribute attribute, String commandText) {
		ApprovalRequest.Builder builder = ApprovalRequest.builder(attribute.label(), commandText);
		return (attribute.approvers() != null) ? builder.approvers(attribute.approvers())
				: builder.pairing(attribute.pairing());
	}

	/**
	 * Return the method as approvers see it: with the name of the bean, if it is shown,
	 * and with the types of the parameters if calls of another guarded method of the bean
	 * would have the same text.
	 */
	private static String named(MethodArguments arguments, @Nullable String shownBeanName) {
		String method = arguments.toString();
		int end = method.lastIndexOf('.');
		String bean = (shownBeanName != null) ? "[" + VisibleText.ofValue(shownBeanName) + "]" : "";
		boolean overloaded = arguments.namesakes()
			.anyMatch((other) -> ApprovalAttributeSource.requiresApproval(other, arguments.targetClass()));
		String types = overloaded ? Arrays.stream(arguments.method().getParameterTypes())
			.map(Class::getTypeName)
			.collect(Collectors.joining(",", "[", "]")) : "";
		return method.substring(0, end) + bean + method.substring(end) + types;
	}

	@Override
	public ApprovalRequest toBareRequest() {
		return builder(this.attribute, toString()).requester(this.caller.requester())
			.actionType(ACTION_TYPE)
			.artifactType(this.attribute.artifactType())
			.gate(toString())
			.build();
	}

	@Override
	public List<List<String>> commandTokens() {
		return CommandText.tokens(named(this.arguments, findShownBeanName()), snapshot().all());
	}

	@Override
	public String comparableDigest() {
		return methodKey() + " " + snapshot().comparableDigest() + " " + GuardedChainAdvisor.findBeanName(this.proxy);
	}

	@Override
	public String methodKey() {
		return this.attribute.declaration().key();
	}

	/**
	 * Admit this call.
	 * @throws AirlockGatewayException if the call is not admitted
	 */
	void admit(ApprovalGate gate) {
		this.admission = gate.admit(this);
	}

	/**
	 * Return whether this call was admitted.
	 */
	boolean isAdmitted() {
		return this.admission != null;
	}

	/**
	 * Return the admission of this call.
	 * @return the admission, {@link Admission#none()} if there is none
	 */
	Admission admission() {
		return (this.admission != null) ? this.admission : Admission.none();
	}

	/**
	 * Record the approval of this call.
	 * @param requestId the id of the approved request
	 */
	void approved(String requestId) {
		this.approvedRequestId = requestId;
	}

	/**
	 * Return the id of the approved request.
	 * @return the id, or {@code null} if the call was not approved
	 */
	@Nullable String approvedRequestId() {
		return this.approvedRequestId;
	}

	/**
	 * Record that the gate authorized this call.
	 */
	void authorized() {
		this.authorized = true;
	}

	/**
	 * Record that a policy allows this call in place of a person.
	 * @param onStart the callback for the start of the method, called after the arguments
	 * were compared. It must neither block nor throw
	 */
	void allowedByPolicy(Runnable onStart) {
		this.byPolicy = true;
		this.onStart.set(onStart);
	}

	/**
	 * Return whether this call was approved by those who approve calls of another method:
	 * the gate authorized it, and not because of a policy.
	 * @return {@code false} also if the call needs no approval
	 */
	boolean covers(Method called) {
		return this.authorized && !this.byPolicy && this.attribute.isApprovedWith(called);
	}

	/**
	 * Call the callback, unless it was called before.
	 */
	void started() {
		Runnable callback = this.onStart.getAndSet(null);
		if (callback != null) {
			callback.run();
		}
	}

	/**
	 * Let the arguments that the method has changed itself count as unchanged, for what
	 * it has returned and starts later.
	 */
	void returned() {
		if (this.snapshot != null) {
			this.snapshot = this.snapshot.again();
		}
	}

	/**
	 * Require that the arguments are equal to their snapshot, if one was taken. This is
	 * the last check directly before the method.
	 * @throws ApprovalVerificationException if they were changed
	 */
	void requireUnchanged() {
		String changed = (this.snapshot != null) ? this.snapshot.findChange() : null;
		if (changed == null) {
			return;
		}
		throw new ApprovalVerificationException(
				("The arguments of %s were changed after %s: '%s' is no longer the same. Pass immutable arguments, or leave a "
						+ "cache that does not matter to the approver out with @AirlockOmitted")
					.formatted(this,
							(this.approvedRequestId != null)
									? "request " + this.approvedRequestId + " had been approved"
									: "it had been decided that they may be used",
							changed),
				this.approvedRequestId, null);
	}

	ArgumentSnapshot snapshot() {
		if (this.snapshot == null) {
			this.snapshot = this.snapshotWriter.get().snapshot(this.arguments, this.masking);
		}
		return this.snapshot;
	}

	@Override
	public String toString() {
		return this.arguments.toString();
	}

}
