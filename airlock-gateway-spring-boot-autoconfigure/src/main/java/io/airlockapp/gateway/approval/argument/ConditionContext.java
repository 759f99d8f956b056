package io.airlockapp.gateway.approval.argument;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.support.ReflectiveMethodResolver;

/**
 * {@link EvaluationContext} for the conditions of one application. It provides the parts
 * of SpEL that conditions use: properties and methods of objects, and beans. Conditions
 * have no assignments, and do not use SpEL's operators.
 */
final class ConditionContext implements EvaluationContext {

	private final List<PropertyAccessor> properties = List.of(new WholePropertyAccessor());

	private final List<MethodResolver> methods = List.of(new ReflectiveMethodResolver());

	private final TypeConverter converter = new ExactTypeConverter();

	private final BeanResolver beans;

	ConditionContext(BeanFactory beanFactory) {
		this.beans = new BeanFactoryResolver(beanFactory);
	}

	@Override
	public TypedValue getRootObject() {
		return TypedValue.NULL;
	}

	@Override
	public List<PropertyAccessor> getPropertyAccessors() {
		return this.properties;
	}

	@Override
	public List<MethodResolver> getMethodResolvers() {
		return this.methods;
	}

	@Override
	public BeanResolver getBeanResolver() {
		return this.beans;
	}

	@Override
	public TypeConverter getTypeConverter() {
		return this.converter;
	}

	@Override
	public TypeLocator getTypeLocator() {
		throw new UnsupportedOperationException();
	}

	@Override
	public TypeComparator getTypeComparator() {
		throw new UnsupportedOperationException();
	}

	@Override
	public OperatorOverloader getOperatorOverloader() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void setVariable(String name, @Nullable Object value) {
		throw new UnsupportedOperationException();
	}

	@Override
	public @Nullable Object lookupVariable(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isAssignmentEnabled() {
		return false;
	}

}
