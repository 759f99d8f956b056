package io.airlockapp.gateway.approval;

import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.ApprovalUnavailableException;

/**
 * Refuses calls inside an open transaction before anything is waited for.
 */
final class TransactionApprovalGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final BooleanSupplier openTransaction;

	private final RefusalReporter reporter;

	TransactionApprovalGate(ApprovalGate delegate, BooleanSupplier openTransaction, RefusalReporter reporter) {
		this.delegate = delegate;
		this.openTransaction = openTransaction;
		this.reporter = reporter;
	}

	@Override
	public void pass(GuardedCall call) {
		if (!call.isAllowedInTransaction() && this.openTransaction.getAsBoolean()) {
			throw this.reporter.refused(call, new ApprovalUnavailableException(
					("%s was called inside an open transaction, which would stay open while a person decides. Call it "
							+ "outside, or allow it with 'allowInTransaction = true' or "
							+ "'airlock.gateway.approval.allow-in-transaction=true'")
						.formatted(call),
					null, null));
		}
		this.delegate.pass(call);
	}

}
