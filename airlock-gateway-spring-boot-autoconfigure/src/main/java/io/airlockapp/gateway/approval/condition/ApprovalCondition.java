/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.support.Causes;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;

/**
 * Parsed condition of one guarded method. Approval is required unless the result is a
 * clear {@code false}.
 */
public final class ApprovalCondition {

	private final WarnOnceLog warnings = new WarnOnceLog(LogFactory.getLog(ApprovalCondition.class));

	private final String text;

	private final String method;

	private final Predicate<Call> root;

	private final List<ConditionBean> beans;

	ApprovalCondition(String text, String method, Predicate<Call> root, List<ConditionBean> beans) {
		this.text = text;
		this.method = method;
		this.root = root;
		this.beans = List.copyOf(beans);
	}

	/**
	 * Verify that the beans to which the condition refers exist and have such methods, as
	 * far as this is known without creating them.
	 * @param beans the factory of the beans
	 * @throws IllegalArgumentException if a bean or a method does not exist
	 */
	public void verifyBeans(BeanFactory beans) {
		try {
			this.beans.forEach((bean) -> bean.verify(beans));
		}
		catch (UnclearConditionException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	/**
	 * Return whether a call requires approval. If it does not, the method may run as long
	 * as the arguments that were read are those in the snapshot.
	 * @param arguments the arguments, which are passed to beans
	 * @param snapshot returns the snapshot of the argument with an index, which is the
	 * same each time
	 * @param beans the factory of the beans to which the condition refers
	 * @return {@code false} only if the condition is clearly {@code false}
	 */
	public boolean needsApproval(@Nullable Object[] arguments, IntFunction<SnapshotNode> snapshot, BeanFactory beans) {
		try {
			return this.root.test(new Call(arguments, snapshot, beans));
		}
		catch (Throwable ex) {
			this.warnings.warn("The condition '%s' of %s has no clear result, so that it counts as true: %s"
				.formatted(this.text, this.method, reason(ex)));
			return true;
		}
	}

	private static String reason(Throwable failure) {
		for (Throwable cause : Causes.of(failure)) {
			if (cause instanceof UnclearConditionException || cause instanceof AirlockGatewayException) {
				return String.valueOf(cause.getMessage());
			}
		}
		// Other messages may contain argument values
		return failure.getClass().getSimpleName();
	}

	@Override
	public String toString() {
		return this.text;
	}

	/**
	 * Call to which a condition is applied.
	 *
	 * @param arguments the arguments
	 * @param snapshot returns the snapshot of the argument with an index
	 * @param beans the factory of beans
	 */
	record Call(@Nullable Object[] arguments, IntFunction<SnapshotNode> snapshot, BeanFactory beans) {

		/**
		 * Read a part of an argument.
		 * @throws UnclearConditionException if there is no such part
		 */
		SnapshotNode read(SnapshotPath path) {
			return SnapshotPath.unwrap(find(path));
		}

		/**
		 * Find a part of an argument, or the Optional that contains it.
		 * @throws UnclearConditionException if there is no such part
		 */
		SnapshotNode find(SnapshotPath path) {
			SnapshotNode part = path.find(this.snapshot.apply(path.parameter()), true);
			if (part == null) {
				throw new UnclearConditionException("'%s' is missing".formatted(path.text()));
			}
			return part;
		}

	}

}
