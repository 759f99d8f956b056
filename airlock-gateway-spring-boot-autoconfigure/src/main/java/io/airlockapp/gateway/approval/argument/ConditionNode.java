package io.airlockapp.gateway.approval.argument;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.SpelNodeImpl;

/**
 * Node of a condition that is not evaluated by SpEL.
 */
final class ConditionNode extends SpelNodeImpl {

	private final String text;

	private final Evaluation evaluation;

	ConditionNode(SpelNode original, Evaluation evaluation) {
		super(original.getStartPosition(), original.getEndPosition());
		this.text = original.toStringAST();
		this.evaluation = evaluation;
	}

	@Override
	public TypedValue getValueInternal(ExpressionState state) {
		Object value = this.evaluation.evaluate(state);
		return (value != null) ? new TypedValue(value) : TypedValue.NULL;
	}

	@Override
	public String toStringAST() {
		return this.text;
	}

	/**
	 * Evaluates one part of a condition.
	 */
	interface Evaluation {

		@Nullable Object evaluate(ExpressionState state);

	}

}
