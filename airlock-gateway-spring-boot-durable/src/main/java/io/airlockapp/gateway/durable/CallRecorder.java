/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.durable.PendingCounts.Places;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.RecordedContexts;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.StrictUtf8;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Records calls, which run after their approval, if at all. The id, the plaintext and its
 * hash are fixed here, before the approval is requested.
 */
public final class CallRecorder {

	private static final int KEY_ATTEMPTS = 3;

	private final ThreadLocal<@Nullable Recording> recording = new ThreadLocal<>();

	private final DurableDependencies dependencies;

	private final TransactionOperations transactions;

	private final ApprovalSteps steps;

	private final CallObserver observer;

	private final List<DurableContext> contexts;

	private final DurableSettings settings;

	private final EncryptionKey storeKey;

	private volatile boolean closed;

	/**
	 * Create a recorder.
	 * @param dependencies the collaborators
	 * @param transactions the transactions of callers
	 * @param steps the steps of an exchange
	 * @param observer the observer of recordings
	 * @param contexts the contexts to record
	 * @param storeKey the key with which the store encrypts calls
	 */
	public CallRecorder(DurableDependencies dependencies, TransactionOperations transactions, ApprovalSteps steps,
			CallObserver observer, List<DurableContext> contexts, EncryptionKey storeKey) {
		this.dependencies = dependencies;
		this.transactions = transactions;
		this.steps = steps;
		this.observer = observer;
		this.contexts = List.copyOf(contexts);
		Set<String> names = new HashSet<>();
		for (DurableContext context : contexts) {
			if (!names.add(context.getName())) {
				throw new AirlockConfigurationException(
						"Several beans of type DurableContext have the name '%s'".formatted(context.getName()),
						"Return another name from the method 'getName' of one of them.");
			}
		}
		this.settings = dependencies.settings();
		this.storeKey = storeKey;
	}

	/**
	 * Record a call in the transaction of the current thread, or in a new one if there is
	 * none.
	 * @param recorded the call
	 * @return the id of the approval request
	 * @throws AirlockGatewayException if the call cannot be recorded, in which case it
	 * never runs, or if it is not known whether its transaction was committed
	 */
	public String record(WrittenCall recorded) {
		String gate = gate(recorded);
		if (this.closed) {
			throw refused("The application is shutting down, so the call of %s is not recorded".formatted(gate));
		}
		try {
			Recording current = this.recording.get();
			if (current == null) {
				return record(recorded, gate, null).id();
			}
			current.requireFirst(gate);
			DurableApproval approval = record(recorded, gate, current.key);
			current.called(approval);
			return approval.id();
		}
		catch (AirlockGatewayException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new ApprovalUnavailableException("The call of %s cannot be recorded, so it never runs: %s"
				.formatted(gate, AirlockGatewayException.safeMessage(ex)), null, ex);
		}
	}

	private DurableApproval record(WrittenCall recorded, String gate, @Nullable String key) {
		RecordedContexts captured = captureContexts();
		ObjectNode contexts = JsonNodeFactory.instance.objectNode();
		captured.writeTo(contexts);
		CallKeys keys = CallKeys.of(recorded, contexts, this.storeKey);
		ApprovalUnavailableException refusal = findRefusal(gate, keys.requester());
		if (key != null) {
			CallKeys keyed = keys.named(recorded.target(), key, this.storeKey);
			return this.observer.record(gate,
					(trace) -> insertUnlessOpen(gate, keyed, refusal, () -> create(recorded, captured, keyed, trace)));
		}
		if (refusal != null) {
			throw refusal;
		}
		return this.observer.record(gate,
				(trace) -> insert(gate, keys, (numbered) -> create(recorded, captured, numbered, trace)));
	}

	/**
	 * Insert a call unless one with its key is open, which the database ensures. It is
	 * looked for only then: a statement that reads would take the snapshot of the
	 * caller's transaction.
	 * @param refusal the reason for which no further call is recorded, if any
	 */
	private DurableApproval insertUnlessOpen(String gate, CallKeys keys, @Nullable ApprovalUnavailableException refusal,
			Supplier<DurableCall> call) {
		for (int attempt = 0; attempt < KEY_ATTEMPTS; attempt++) {
			DurableApproval inserted = (refusal == null) ? insert(call.get()) : null;
			if (inserted != null) {
				return inserted;
			}
			Optional<DurableApproval> open = this.transactions
				.execute((status) -> Optional.ofNullable(this.dependencies.store().findOpen(keys)));
			if (open.isPresent()) {
				return open.get();
			}
			if (refusal != null) {
				throw refusal;
			}
		}
		throw new ApprovalPendingException(
				("A call of %s with the same key is recorded already, but is not visible in this transaction. Call it in a "
						+ "transaction with the isolation level READ COMMITTED")
					.formatted(gate));
	}

	/**
	 * Return the reason for which there is no place among the undecided calls, of which
	 * half is kept for other guarded methods, and half for other requesters. Callers
	 * without a requester count as one.
	 */
	private @Nullable ApprovalUnavailableException findRefusal(String gate, @Nullable String requester) {
		PendingLimits limits = PendingLimits.of(this.settings.maxPending());
		int half = limits.perMethod();
		Places taken = this.dependencies.counts().places(gate, requester);
		if (taken.total() >= limits.total()) {
			return refusal(limits.total(), gate, "calls wait");
		}
		if (taken.ofGate() >= half) {
			return refusal(half, gate, "calls of it wait");
		}
		if (taken.ofRequester() >= half && (requester != null || taken.ofGate() > 0)) {
			return refusal(half, gate,
					(requester != null) ? "calls of the same requester wait" : "calls without a requester wait");
		}
		return null;
	}

	private static ApprovalUnavailableException refusal(int limit, String gate, String whose) {
		return refused(("The call of %s is not recorded, because %s %s for a decision already: raise "
				+ "'airlock.gateway.durable.max-pending', or call it later")
			.formatted(gate, limit, whose));
	}

	/**
	 * Insert a call unless too many equal ones are undecided, which the database ensures.
	 */
	private DurableApproval insert(String gate, CallKeys keys, Function<CallKeys, DurableCall> call) {
		int allowed = this.settings.equalCalls();
		if (allowed == 0) {
			return Objects.requireNonNull(insert(call.apply(keys.withoutEqual())));
		}
		for (int number = 1; number <= allowed; number++) {
			DurableApproval inserted = insert(call.apply(keys.numbered(number)));
			if (inserted != null) {
				return inserted;
			}
		}
		throw new ApprovalPendingException(
				("%s waits for %s with the same arguments already, so the call is not recorded. Wait for the decision, give another "
						+ "call a key of its own with DurableApprovals.recording(key, call), or set 'airlock.gateway.approval.limits.duplicates=%s'")
					.formatted(gate, (allowed == 1) ? "a decision" : allowed + " decisions",
							(allowed == 1) ? "allow-one" : "allow"));
	}

	/**
	 * Insert a call.
	 * @return the call, or {@code null} if another one has its key
	 */
	private @Nullable DurableApproval insert(DurableCall call) {
		Instant turn = turn(call);
		AtomicBoolean inserted = new AtomicBoolean();
		try {
			this.transactions.executeWithoutResult((status) -> {
				if (!this.dependencies.store().insert(call)) {
					status.setRollbackOnly();
					return;
				}
				this.dependencies.scheduler().scheduleFirst(Step.ASK_FIRST, call.id(), turn);
				this.dependencies.publisher().recorded(call.approval());
				inserted.set(true);
			});
		}
		catch (AirlockGatewayException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			if (inserted.get()) {
				throw new ApprovalUnavailableException(("It is not known whether the call of %s was recorded as %s, "
						+ "because its transaction failed during the commit: %s. Look for it by DurableApprovals.find")
					.formatted(call.approval().gate(), call.id(), AirlockGatewayException.safeMessage(ex)), call.id(),
						ex);
			}
			throw ex;
		}
		if (!inserted.get()) {
			return null;
		}
		String gate = call.approval().gate();
		this.dependencies.counts().added(gate, call.keys().requester());
		this.dependencies.counts().addedRequests(gate, call.keys().requester(), call.approvers().pairings().size() - 1);
		return call.approval();
	}

	/**
	 * Return the time of the first request, which follows those of the same caller at the
	 * pace of all requests, so that many calls of one do not delay those of others.
	 */
	private Instant turn(DurableCall call) {
		Instant turn = call.approval()
			.recordedAt()
			.plus(this.dependencies.counts()
				.delay(call.approval().gate(), call.keys().requester(), 0, this.settings.requestsPerMinute()));
		return turn.isBefore(call.approval().expiresAt()) ? turn : call.approval().expiresAt();
	}

	private DurableCall create(WrittenCall recorded, RecordedContexts captured, CallKeys keys,
			Map<String, String> trace) {
		ApprovalRequest request = recorded.request();
		ApproverGroup approvers = approvers(recorded);
		String id = ((request.getApprovers() != null) ? DurableCall.GROUP : "req-") + UUID.randomUUID();
		Instant now = this.dependencies.clock().instant().truncatedTo(ChronoUnit.MILLIS);
		Duration timeout = timeout(request, approvers);
		requireTimeAfterEscalation(gate(recorded), approvers, timeout);
		Instant expiresAt = now.plus(timeout);
		Instant startBy = expiresAt.plus(this.settings.grace());
		String arguments = captured.addTo(recorded.arguments());
		ObjectNode members = members(recorded.target(), arguments, approvers, startBy);
		captured.writeTo(members);
		String plaintext = this.steps.createPlaintext(request, approvers, recorded.requester(), id, now, expiresAt,
				members);
		DurableApproval approval = new DurableApproval(id, gate(recorded), request.getLabel(), DurableState.RECORDED,
				null, now, expiresAt, startBy, null, null, null, null, null, null, approvers.quorum(),
				approvers.pairings(), List.of());
		String artifactType = request.getArtifactType(this.settings.artifactType());
		return new DurableCall(approval, recorded.target(), approvers, artifactType, plaintext, arguments, trace, 0,
				keys, List.of());
	}

	private ApproverGroup approvers(WrittenCall recorded) {
		String name = recorded.request().getApprovers();
		if (name == null) {
			return DurableCall.onePairing(recorded.request().getPairing());
		}
		return this.settings.approvers().forRequester(name, recorded.requester());
	}

	private Duration timeout(ApprovalRequest request, ApproverGroup approvers) {
		if (request.getTimeout() != null) {
			return request.getTimeout();
		}
		return (approvers.timeout() != null) ? approvers.timeout() : this.settings.timeout();
	}

	/**
	 * Require that each step of the escalation is asked. Methods of beans that are
	 * created late are not verified at start.
	 */
	private static void requireTimeAfterEscalation(String gate, ApproverGroup approvers, Duration timeout) {
		try {
			approvers.requireTimeAfterEscalation(timeout);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidApprovalUsageException(
					"The call of %s is not recorded: %s".formatted(gate, ex.getMessage()), ex);
		}
	}

	private static ObjectNode members(String target, String arguments, ApproverGroup approvers, Instant startBy) {
		return JsonNodeFactory.instance.objectNode()
			.put(ApprovedCall.TARGET, target)
			.put(StoredBallot.PAIRING, approvers.members().get(0))
			.put(ApprovedCall.ARGUMENTS_HASH, ArtifactHash.of(StrictUtf8.encode(arguments)))
			.put(ApprovedCall.START_BY, Envelope.timestamp(startBy));
	}

	private RecordedContexts captureContexts() {
		RecordedContexts captured = new RecordedContexts();
		this.contexts.forEach((context) -> captured.add(context.getName(), context.capture(), context.isHidden()));
		return captured;
	}

	/**
	 * Admit a call that is not recorded before its method starts in this thread.
	 * @param method the called method
	 * @throws InvalidApprovalUsageException if it is not the first call of a recording
	 */
	void starting(String method) {
		Recording current = this.recording.get();
		if (current != null) {
			current.requireFirst(method);
			current.called(null);
		}
	}

	/**
	 * Keep a refusal as the result of the recording that this thread executes, if any. A
	 * handler of denials may handle it, so that the code does not fail.
	 */
	void refused(AirlockGatewayException refusal) {
		Recording current = this.recording.get();
		if (current != null) {
			current.refusal = refusal;
		}
	}

	/**
	 * Execute code that calls one durable method in this thread.
	 * @param key the key of the call, or {@code null} if it has none
	 * @param call the code
	 * @return the recorded approval, or empty if the method has started at once
	 * @throws IllegalStateException if there was no call
	 * @throws InvalidApprovalUsageException if such code is being executed already
	 */
	Optional<DurableApproval> recording(@Nullable String key, Runnable call) {
		if (this.recording.get() != null) {
			throw new InvalidApprovalUsageException(
					"The code that is passed to DurableApprovals.recording cannot call 'recording' itself, also in a listener "
							+ "or in a durable method that runs at once. Record the second call after the first one");
		}
		Recording current = new Recording(key);
		this.recording.set(current);
		try {
			call.run();
			return current.result();
		}
		finally {
			this.recording.remove();
		}
	}

	/**
	 * Refuse all further calls.
	 */
	public void close() {
		this.closed = true;
	}

	private static String gate(WrittenCall recorded) {
		String gate = recorded.request().getGate();
		return (gate != null) ? gate : recorded.target();
	}

	private static ApprovalUnavailableException refused(String message) {
		return new ApprovalUnavailableException(message, null, null);
	}

	/**
	 * Holds the only durable call of code that is executed to record it. A further call
	 * is refused before it is recorded, or before its method starts.
	 */
	private static final class Recording {

		private final @Nullable String key;

		private @Nullable DurableApproval approval;

		private @Nullable AirlockGatewayException refusal;

		private boolean called;

		/**
		 * Create a recording.
		 * @param key the key of the call, or {@code null} if it has none
		 */
		Recording(@Nullable String key) {
			this.key = key;
		}

		/**
		 * Require that there was no call before.
		 * @param method the called method
		 * @throws InvalidApprovalUsageException if there was one
		 */
		void requireFirst(String method) {
			if (this.called) {
				throw new InvalidApprovalUsageException(
						("%s is not called, because the code that is passed to DurableApprovals.recording has called a durable "
								+ "method before. Call 'recording' for each call")
							.formatted(method));
			}
		}

		/**
		 * Record the call.
		 * @param recorded the recorded approval, or {@code null} if the method starts at
		 * once
		 */
		void called(@Nullable DurableApproval recorded) {
			this.approval = recorded;
			this.called = true;
		}

		/**
		 * Return what was recorded.
		 * @return the approval, or empty if the method has started at once
		 * @throws IllegalStateException if there was no call
		 * @throws AirlockGatewayException if the call was refused
		 */
		Optional<DurableApproval> result() {
			if (!this.called && this.refusal != null) {
				throw this.refusal;
			}
			if (!this.called) {
				throw new IllegalStateException(
						"No call of a durable method was recorded. A guarded method that was called instead may have run. Call one method with "
								+ "@RequiresAirlockApproval(durable = true) of an injected bean, not of 'this', in the same thread");
			}
			return Optional.ofNullable(this.approval);
		}

	}

}
